import { commandTree } from './completion-scripts.ts';
import { loadCommands, program } from '../src/cli/main.ts';
import { IN_ENV_FILE } from '../src/cli/options.ts';
import { NO_SECRET_VARIABLES, SECRET_VARIABLES } from '../src/model/config.ts';
import { silentIo } from './silent-io.ts';
import { codes, made, prose, table } from './markdown.ts';

/** docs/reference/environment.md: the variables of the options' help texts, and the variables that have no option. */
export async function environmentPage(): Promise<string> {
  const { commands } = commandTree(program(await loadCommands(), silentIo(), () => undefined));
  const options = commands.flatMap((command) => command.options);
  const rows = options.flatMap(({ about, names }) => {
    const [, text = '', fallback = '', variable] =
      /^(.*?) \((?:choices: [^;]*; )?(?:default: ([^;]*); )?env: (\w+)\)/.exec(about) ?? [];
    return variable === undefined ? [] : [[variable, names.at(-1) ?? '', fallback, text] as const];
  });
  const unique = rows.filter(
    ([variable], place) => rows.findIndex(([first]) => first === variable) === place,
  );
  const cells = unique.map(([variable, option, fallback, text]) => [
    `\`${variable}\``,
    `\`${option}\``,
    prose(text),
    fallback === '' ? '' : `\`${fallback}\``,
  ]);
  return `${HEAD}\n${table(['variable', 'as', 'is', 'default'], cells)}\n${REST}`;
}

const HEAD = `# Environment variables

${made('src/cli/')}

A flag overrides the environment, which overrides a \`.env\` file, which overrides the default. No variable gives consent: consent is
in the reviewed files, or on the command line.
`;

const REST = `Variables without an option:

- \`ADC_PORTAL_TOKEN\`: the token of the Developer Portal backend, if \`--portal-token-file\` names no file.
- \`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`NO_PROXY\`: the proxy, and the hosts to connect to without it; also in lowercase.
- \`FORCE_COLOR\`: \`1\`, \`2\`, \`3\` or \`true\` turns colours on if the output is not a terminal, as in the log of a CI job. \`0\` or
  \`false\` turns them off on a terminal. \`NO_COLOR\` and \`--no-color\` win.
- \`CI\`: if it is set, and not to \`false\`, \`no\` or \`0\`, adc reads \`.env\` only if \`--env-file\` or \`ADC_ENV_FILE\` names it.
- A product file can use any variable as \`\${NAME}\` or \`\${NAME:-default}\`, except [secrets](#secrets).

The same order holds for the token. If one place gives a token and a token file, the token wins. An empty variable counts as
not set, except in \`\${NAME}\`.

\`ADC_TLS_SKIP_VERIFY\` is a boolean: \`false\`, \`no\` and \`0\` are false, \`true\`, \`yes\` and \`1\` are true, and anything else is
an error. Any value of \`NO_COLOR\` that is not empty turns colours off, as [no-color.org](https://no-color.org) defines.

## Secrets

The contents of a product file can end up on a portal, in a plan or in a log. So adc does not fill variables with these names
into files, whether they are set or not, in upper or lower case: ${codes(SECRET_VARIABLES)}. Exceptions:
${codes(NO_SECRET_VARIABLES)}. adc refuses \`\${NAME:-default}\` as well. \`--allow-secret-variable NAME\` allows one, and can be
repeated. adc always refuses a variable whose value contains the token in use.

No list knows all secrets that you give to a job. Keep those out of the job that reads files of a pull request.

adc replaces the token in use by \`***\` in everything that it prints, wherever the text comes from, and by \`REDACTED\` in
dumped files, with a warning. \`diff -o\` does not save a plan that would hold the token. A token of fewer than 8 characters
cannot be redacted without damage to other texts, so adc does not send it.

## The .env file

A \`.env\` file in the working directory, or the one that \`--env-file\` names, can set ${codes(IN_ENV_FILE)}.
adc lists on standard error what the file sets, and warns about variables that it does not use: product files read only the
environment. A pull request can change a file in a repository, so a \`.env\` file cannot

- switch off TLS verification: \`ADC_TLS_SKIP_VERIFY\` in it has no effect, and a warning says so;
- choose the server for a token from elsewhere, such as a file outside of its own directory: the command fails before it
  connects;
- have any effect if \`CI\` is set, unless \`--env-file\` or \`ADC_ENV_FILE\` names it.

Node.js itself looks for \`--env-file\` on the command line of every program, before the program starts. It ends with 9 if
the file does not exist, and applies \`NODE_OPTIONS\` of the file. adc refuses a file that sets \`NODE_OPTIONS\`, but Node.js has
applied it by then. For a file that others can change, use \`ADC_ENV_FILE\`, which Node.js does not read.
`;
