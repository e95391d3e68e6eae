import { commandTree } from './completion-scripts.ts';
import { loadCommands, program } from '../src/cli/main.ts';
import { NO_SECRET_VARIABLES, SECRET_VARIABLES } from '../src/model/secret-variables.ts';
import { nobody } from '../test/support/nobody.ts';
import { codes, made, prose, table } from './markdown.ts';

/** docs/reference/environment.md: every variable that an option's own words name, and those that no option stands for. */
export async function environmentPage(): Promise<string> {
  const { commands } = commandTree(program(await loadCommands(), nobody(), () => undefined));
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

A flag beats the environment, which beats a \`.env\` file, which beats the default. No variable gives consent: it stands in
the files that people review, or on the command line.
`;

const REST = `Variables that no option stands for:

- \`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`NO_PROXY\`: the proxy, and the hosts that are reached without it; in small letters too.
- \`FORCE_COLOR\`: \`1\`, \`2\`, \`3\` or \`true\` turns colours on where the output is no terminal, as in the log of a CI job. \`0\` or
  \`false\` turns them off on a terminal. \`NO_COLOR\` and \`--no-color\` win.
- \`CI\`: if it is set to anything but \`false\`, \`no\` or \`0\`, \`.env\` is not read unless \`--env-file\` or \`ADC_ENV_FILE\` names it.
- Any variable may stand in a product file as \`\${NAME}\` or \`\${NAME:-default}\`, except [secrets](#secrets).

The token is taken from where it is given nearest to the command, and of a token and a file given there the token itself. A
variable that is empty counts as not given; \`\${NAME}\` alone takes it as it is.

\`ADC_TLS_SKIP_VERIFY\` means what it says: \`false\`, \`no\` and \`0\` are false, \`true\`, \`yes\` and \`1\` are true, and anything else is
an error. \`NO_COLOR\` is another matter: whatever it is set to switches colours off, as [no-color.org](https://no-color.org) has it.

## Secrets

The contents of a product file can end up on a portal, in a plan or in a log. So adc does not fill variables with these names
into files, whether they are set or not, in upper or lower case: ${codes(SECRET_VARIABLES)}. Exceptions:
${codes(NO_SECRET_VARIABLES)}. \`\${NAME:-default}\` is refused as well. \`--allow-secret-variable NAME\` allows one, and can be
repeated. A variable whose value holds the token in use is always refused.

No list knows all secrets that you give to a job. Keep those out of the job that reads files of a pull request.

adc replaces the token in use by \`***\` in everything that it prints, wherever the text comes from, and by \`REDACTED\` in
dumped files, with a warning. \`diff -o\` does not save a plan that would hold the token. A token of fewer than 8 characters
cannot be redacted without damage to other texts, so adc does not send it.

## The .env file

A \`.env\` file in the working directory, or the one that \`--env-file\` names, may set the variables above that begin with
\`ADC_\`, but for \`ADC_ENV_FILE\`. What it sets is said on standard error, and a warning says what nothing reads: product files
are filled from the environment alone. A file in a repository is something that a pull request can change, so it can not

- switch off TLS verification: \`ADC_TLS_SKIP_VERIFY\` in it has no effect, and a warning says so;
- choose the server for a token that came from elsewhere, be it a file outside of its own folder: then the command fails before it
  connects;
- do anything at all where \`CI\` is set, unless \`--env-file\` or \`ADC_ENV_FILE\` names it.

Node.js itself looks for \`--env-file\` on the command line of every program, before the program begins: it ends with 9 where
there is no such file, and takes \`NODE_OPTIONS\` from it. adc refuses a file that sets that, but Node.js has followed it by
then. Name a file that others can change with \`ADC_ENV_FILE\`, which Node.js does not know.
`;
