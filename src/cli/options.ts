import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import { FORMATS } from './formats.ts';
import { oneOf } from './one-of.ts';

/*
 * The options of the commands with their environment variables (contract §3). Each function that several commands share adds one
 * group of the help; the options of a command itself come first, under "Options:".
 */

export function addFileOptions(command: Command): Command {
  return addVariableOption(
    command
      .optionsGroup('Files:')
      .option(
        '-f, --file <path...>',
        'product files, directories, globs, or - for standard input (default: api-products.yaml)',
      )
      .option('--owner <name>', 'owner of files that declare none (env: ADC_OWNER)'),
  );
}

function addVariableOption(command: Command): Command {
  return command.option(
    '--allow-secret-variable <name...>',
    'fill ${NAME} even if the name looks like a secret',
  );
}

/** An option that may be repeated, each time with one value. */
function repeatable(flags: string, about: string): Option {
  return new Option(flags, about).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

export function addFormatOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(choice('--format <format>', 'output format', FORMATS).default('text'))
    .option('--no-color', 'disable colours (env: NO_COLOR)');
}

export function addOutputOptions(command: Command): Command {
  return addFormatOptions(command).addOption(
    choice(
      '--verbose <level>',
      '0: no progress; 2: also requests, unmanaged products and full lists of names (default: 1)',
      ['0', '1', '2'],
    ),
  );
}

export function addLintOptions(command: Command): Command {
  return command
    .addArgument(new Argument('[file...]', 'product files, directories or globs, as with -f'))
    .addOption(
      choice('--severity <least>', 'least severity to show', ['error', 'warning', 'info']).default('info'),
    )
    .option('--strict', 'treat warnings as errors')
    .option(
      '--rule <code=level...>',
      'level of a diagnostic: off, info or warning; docs/reference/diagnostics.md lists the codes',
    );
}

export function addConnectionOptions(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option(
      '--server <url>',
      'address of the Admin API, e.g. https://dashboard.example.com:7443 (env: ADC_SERVER)',
    )
    .option('--token <token>', 'API token; other users of the machine can see it (env: ADC_TOKEN)')
    .option('--token-file <path>', 'file with the API token (env: ADC_TOKEN_FILE)')
    .option('--portal <name>', 'name or id of the portal, if the files name none (env: ADC_PORTAL)')
    .addOption(
      choice('--dialect <dialect>', 'API dialect; auto detects it (default: auto; env: ADC_DIALECT)', [
        'auto',
        'path',
        'query',
      ]),
    )
    .addOption(
      choice(
        '--auth-scheme <scheme>',
        'scheme that sends the token; auto follows the dialect (default: auto; env: ADC_AUTH_SCHEME)',
        ['auto', 'api-key', 'bearer', 'basic'],
      ),
    )
    .option('--timeout <time>', 'time limit for one attempt (default: 10s; env: ADC_TIMEOUT)')
    .option('--retry-timeout <time>', 'time limit for a request with all retries (default: 60s)')
    .option(
      '--request-concurrent <n>',
      'maximum number of concurrent requests (default: 5; env: ADC_REQUEST_CONCURRENT)',
    )
    .option(
      '--ca-cert-file <path>',
      'CA certificates to trust instead of the built-in ones (env: ADC_CA_CERT_FILE)',
    )
    .option(
      '--tls-client-cert-file <path>',
      'client certificate for mutual TLS (env: ADC_TLS_CLIENT_CERT_FILE)',
    )
    .option(
      '--tls-client-key-file <path>',
      'private key of the client certificate (env: ADC_TLS_CLIENT_KEY_FILE)',
    )
    .option('--tls-skip-verify', 'accept any server certificate, with a warning (env: ADC_TLS_SKIP_VERIFY)')
    .option(
      '--env-file <path>',
      'file with ADC_* variables (default: .env, or none if CI is set; env: ADC_ENV_FILE)',
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
    .optionsGroup('Scope:')
    .addOption(repeatable('--product <name>', 'only this product; delete no undeclared one (repeatable)'))
    .addOption(labelSelector())
    .option('--no-delete', 'keep undeclared products, and list them')
    .option('--delete-unmanaged', 'also delete undeclared products that adc does not manage')
    .option('--no-managed-by-label', 'write no owner label, and delete no undeclared product');
}

export function addConsentOptions(command: Command): Command {
  return command
    .optionsGroup('Consent:')
    .addOption(
      repeatable(
        '--max-subscription-loss <n>',
        'allow n subscriptions to end, or "NAME=N" for one product (repeatable) (default: 0)',
      ),
    )
    .option('--allow-subscription-loss', 'allow any number of subscriptions to end')
    .addOption(
      repeatable(
        '--allow-unauthenticated <service>',
        'allow unauthenticated requests to GROUP/SERVICE, or "all" (repeatable)',
      ),
    )
    .addOption(repeatable('--take-over <name>', 'take over a product from its owner (repeatable)'))
    .option(
      '--max-deletes <n>',
      'allow n or n% of products to be deleted (default: 30% for each owner, at least 1)',
    )
    .option('--no-rename-check', 'allow a deletion that looks like a rename');
}

export function addDiffOptions(command: Command): Command {
  return command
    .option('-o, --output <path>', 'save the plan to this file, for sync --plan')
    .option('--exit-code', 'exit with 2 if there are changes')
    .option('--graph', 'print the dependencies between steps as a Mermaid flowchart');
}

export function addSyncOptions(command: Command): Command {
  return command
    .option('--plan <path>', 'apply a plan saved by diff -o; files give only owner: and allow:')
    .option('-y, --yes', 'apply without asking');
}

export function addDumpOptions(command: Command): Command {
  return addVariableOption(
    command
      .option(
        '-o, --output <path>',
        'file, or directory if it exists or ends in a slash (default: standard output)',
      )
      .option('--force', 'overwrite existing files')
      .option('--with-id', 'write the id of each product')
      .option('--with-defaults', 'also write fields that have their default')
      .option('--update', 'bring live changes into existing product files, and change nothing else')
      .option('-f, --file <path...>', 'with --update: the product files (default: api-products.yaml)')
      .option('--prune', 'with --update: remove products that are no longer on the portal'),
  )
    .optionsGroup('Scope:')
    .option('--name <pattern...>', 'only products with this name; * matches any text, ? one character')
    .option('--owner <name>', 'only products of this owner')
    .addOption(labelSelector());
}

export function addInitOptions(command: Command): Command {
  return command
    .addArgument(new Argument('[folder]', 'directory of the new repository (default: working directory)'))
    .option('--from-portal', 'start with the live products instead of an example')
    .option('--owner <name>', 'owner of the products (default: from the remote "origin"; env: ADC_OWNER)');
}

export function addDevOptions(command: Command): Command {
  return command
    .option(
      '--port <port>',
      'port to listen on, 0 for a free one; the portal backend uses the next port (default: 7080)',
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .addOption(
      choice('--example <name>', 'start with products, subscriptions and the files of an example', [
        'dcr',
        'payments',
        'teams',
      ]),
    )
    .option('--seed <path>', 'JSON file with the initial data (default: a small company without products)')
    .option('--state <path>', 'file that keeps the data between runs')
    .option('--latency <time>', 'delay of each response, e.g. 20ms (default: 0ms)')
    .option('--set <name=value...>', 'variant of server behaviour, e.g. putSemantics=merge')
    .option('--fault <fault...>', "failure to inject, e.g. 'PUT /api/portals/*: 502 x2'");
}
