import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import { FORMATS } from './formats.ts';
import { oneOf } from './one-of.ts';

/** The options that several commands have, with their environment variables (contract §3). */

export function addFileOptions(command: Command): Command {
  return addVariableOption(
    command
      .option(
        '-f, --file <path...>',
        'product files, folders, globs, or - for standard input (default: api-products.yaml)',
      )
      .option('--owner <name>', 'owner of files that declare none (env: ADC_OWNER)'),
  );
}

function addVariableOption(command: Command): Command {
  return command.option(
    '--allow-secret-variable <name...>',
    'fill ${NAME} also from this variable, which is named like a secret',
  );
}

/** An option that may be repeated, each time with one value. */
function repeatable(flags: string, about: string): Option {
  return new Option(flags, about).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

export function addFormatOption(command: Command): Command {
  return command
    .addOption(choice('--format <format>', 'how to print', FORMATS).default('text'))
    .option('--no-color', 'print without colours (env: NO_COLOR)');
}

export function addLintOptions(command: Command): Command {
  const about = 'show diagnostics that are as bad or worse';
  return command
    .addArgument(new Argument('[file...]', 'product files, directories or globs, as with -f'))
    .addOption(choice('--severity <least>', about, ['error', 'warning', 'info']).default('info'))
    .option('--strict', 'warnings are errors')
    .option(
      '--rule <code=level...>',
      'count a code as off, info or warning; docs/reference/diagnostics.md lists them',
    );
}

export function addNetworkOptions(command: Command): Command {
  return addFormatOption(command)
    .option(
      '--server <url>',
      'address of the Admin API, e.g. https://dashboard.example.com:7443 (env: ADC_SERVER)',
    )
    .option('--token <token>', 'token; better not on a command line, which others can read (env: ADC_TOKEN)')
    .option('--token-file <path>', 'file that holds the token (env: ADC_TOKEN_FILE)')
    .option(
      '--portal <name>',
      'name or id of the portal; product files may name it themselves (env: ADC_PORTAL)',
    )
    .addOption(
      choice('--dialect <dialect>', 'of the Admin API; auto finds out (default: auto; env: ADC_DIALECT)', [
        'auto',
        'path',
        'query',
      ]),
    )
    .addOption(
      choice(
        '--auth-scheme <scheme>',
        'how the token is sent; auto: as the dialect has it (default: auto; env: ADC_AUTH_SCHEME)',
        ['auto', 'api-key', 'bearer', 'basic'],
      ),
    )
    .option('--timeout <time>', 'for one attempt (default: 10s; env: ADC_TIMEOUT)')
    .option('--retry-timeout <time>', 'for all attempts of one request (default: 60s)')
    .option('--request-concurrent <n>', 'requests in flight (default: 5; env: ADC_REQUEST_CONCURRENT)')
    .option(
      '--ca-cert-file <path>',
      'certificates to trust instead of the well-known ones (env: ADC_CA_CERT_FILE)',
    )
    .option(
      '--tls-client-cert-file <path>',
      'client certificate, where the server wants one (env: ADC_TLS_CLIENT_CERT_FILE)',
    )
    .option('--tls-client-key-file <path>', 'key of the client certificate (env: ADC_TLS_CLIENT_KEY_FILE)')
    .option(
      '--tls-skip-verify',
      'do not check the certificate of the server; warns each time (env: ADC_TLS_SKIP_VERIFY)',
    )
    .option(
      '--env-file <path>',
      'read ADC_* variables from this file (default: .env, but nothing where CI is set; env: ADC_ENV_FILE)',
    )
    .addOption(
      choice(
        '--verbose <level>',
        '0: no progress; 2: also each request, unmanaged products, and all names of long lists (default: 1)',
        ['0', '1', '2'],
      ),
    );
}

function choice(flags: string, about: string, choices: readonly string[]): Option {
  return new Option(flags, about).choices(choices).argParser(oneOf(choices));
}

/** An argument that is one of the choices. */
export function choiceArgument(name: string, about: string, choices: readonly string[]): Argument {
  return new Argument(name, about).choices(choices).argParser(oneOf(choices));
}

/** Given several times, all of it holds: the last one alone would let go of the others' limits. */
function labelSelector(): Option {
  return new Option('--label-selector <k=v,...>', 'only products with these labels').argParser(
    (text: string, before: string | undefined) => (before === undefined ? text : `${before},${text}`),
  );
}

export function addScopeOptions(command: Command): Command {
  return command
    .addOption(labelSelector())
    .addOption(repeatable('--product <name>', 'only this product; deletes no undeclared one (repeatable)'))
    .option('--no-managed-by-label', 'write no owner label, and delete no undeclared product')
    .option('--delete-unmanaged', 'also delete undeclared products that adc does not manage')
    .option('--no-delete', 'delete nothing, and list what is kept');
}

export function addConsentOptions(command: Command): Command {
  return command
    .addOption(
      repeatable(
        '--max-subscription-loss <n>',
        'how many subscriptions may end, of one product as "NAME=N" (repeatable) or of all others together (default: 0)',
      ),
    )
    .option('--allow-subscription-loss', 'any number of subscriptions may end, also an unknown one')
    .addOption(
      repeatable(
        '--allow-unauthenticated <service>',
        'GROUP/SERVICE that may accept unauthenticated requests, or all (repeatable)',
      ),
    )
    .addOption(repeatable('--take-over <name>', 'product to take over from its owner (repeatable)'))
    .option(
      '--max-deletes <n>',
      'how many products may be deleted, a number or a percentage (default: 30% of those of an owner, at least 1)',
    )
    .option('--no-rename-check', 'allow a deletion and a creation that look like a rename');
}

export function addDiffOptions(command: Command): Command {
  return command
    .option('-o, --output <path>', 'save the plan, for sync --plan')
    .option('--exit-code', 'exit with 2 if there are changes')
    .option('--graph', 'print which step waits for which, and why, as a Mermaid flowchart');
}

export function addSyncOptions(command: Command): Command {
  return command
    .option('--plan <path>', 'apply a plan that diff -o saved; of the files, only owner: and allow: are read')
    .option('-y, --yes', 'do not ask where standard input and standard error are a terminal');
}

export function addDumpOptions(command: Command): Command {
  return addVariableOption(command)
    .option(
      '-o, --output <path>',
      'a file, or a folder if it ends in a slash or is one; else standard output',
    )
    .option('--force', 'overwrite files that exist')
    .option('--with-id', 'pin each product by its id')
    .option('--with-defaults', 'also write what is the default of the server')
    .option('--update', 'bring what is live into the files that -f names, and change nothing else in them')
    .option('-f, --file <path...>', 'with --update: the files (default: api-products.yaml)')
    .option('--prune', 'with --update: remove products that the portal does not have any more')
    .option('--name <pattern...>', 'only products of this name; * is any text, ? any one character')
    .option('--owner <name>', 'only products of this owner')
    .addOption(labelSelector());
}

export function addInitOptions(command: Command): Command {
  return command
    .addArgument(new Argument('[folder]', 'that becomes the repository; the working directory if left out'))
    .option('--from-portal', 'with the products of the portal instead of an example')
    .option('--owner <name>', 'owner of the products (default: from the remote "origin"; env: ADC_OWNER)');
}

export function addDevOptions(command: Command): Command {
  return command
    .option(
      '--port <port>',
      'port to listen on; the portal backend takes the next one; 0: any free one (default: 7080)',
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--seed <path>', 'what it holds at first, as JSON (default: a small company without products)')
    .option('--state <path>', 'keep everything in this file from one start to the next')
    .option('--latency <time>', 'how late each answer is, e.g. 20ms (default: 0ms)')
    .option('--set <name=value...>', 'answer an open question about the real server, e.g. putSemantics=merge')
    .option('--fault <fault...>', "let requests fail, e.g. 'PUT /api/portals/*: 502 x2'");
}
