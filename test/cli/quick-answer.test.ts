import { expect, test } from 'vitest';
import { quickAnswer } from '../../src/cli/quick-answer.ts';
import { runAdc } from '../support/run-adc.ts';

test.each(['-V', '-v', '--version', '-h', '--help'])(
  'adc %s is answered at once with what the whole program would say',
  async (flag) => {
    const { exitCode, out, err } = await runAdc([flag], { cwd: '/' });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/v/i.test(flag) ? /^\d+\.\d+\.\d+/ : /^Usage: /);
    expect(quickAnswer([flag])).toBe(out);
  },
);

test.each([[[]], [['lint']], [['lint', '--help']], [['--help', 'lint']], [['--version', '--help']], [['']]])(
  'everything else is left to the whole program: %j',
  (argv) => expect(quickAnswer(argv)).toBeUndefined(),
);
