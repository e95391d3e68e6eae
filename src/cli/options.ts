import type { Command } from 'commander';
import { Option } from 'commander';

/** The options that several commands have, with their environment variables (contract §3). */

export function addFileOptions(command: Command): Command {
  return command.option(
    '-f, --file <path...>',
    'product files, folders, globs, or - (default: api-products.yaml)',
  );
}

export function addFormatOption(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--no-color', 'print without colours (NO_COLOR)');
}

export function addNetworkOptions(command: Command): Command {
  return addFormatOption(command)
    .option('--server <url>', 'address of the Admin API (ADC_SERVER)')
    .option('--token <token>', 'token; better kept in ADC_TOKEN or a file')
    .option('--token-file <path>', 'file that holds the token (ADC_TOKEN_FILE)')
    .option('--portal <name>', 'name or id of the portal (ADC_PORTAL)')
    .option('--dialect <dialect>', 'auto, path or query (ADC_DIALECT)')
    .option('--auth-scheme <scheme>', 'auto, api-key, bearer or basic (ADC_AUTH_SCHEME)')
    .option('--timeout <time>', 'for one attempt, 10s unless told otherwise (ADC_TIMEOUT)')
    .option('--retry-timeout <time>', 'for all attempts of one request, 60s unless told otherwise')
    .option(
      '--request-concurrent <n>',
      'requests in flight, 5 unless told otherwise (ADC_REQUEST_CONCURRENT)',
    )
    .option('--ca-cert-file <path>', 'certificates to trust (ADC_CA_CERT_FILE)')
    .option('--tls-client-cert-file <path>', 'client certificate')
    .option('--tls-client-key-file <path>', 'key of the client certificate')
    .option('--tls-skip-verify', 'do not check the certificate of the server (ADC_TLS_SKIP_VERIFY)')
    .option('--env-file <path>', 'read ADC_* variables from this file instead of .env')
    .option('--verbose <level>', '0, 1, or 2 for each request');
}

export function addScopeOptions(command: Command): Command {
  return command
    .option('--label-selector <k=v,...>', 'only products with these labels')
    .option('--no-managed-by-label', 'do not label what is written managed-by: adc')
    .option('--delete-unmanaged', 'also delete products that no file names and that are not ours')
    .option('--no-delete', 'delete nothing');
}

export function addConsentOptions(command: Command): Command {
  return command
    .option('--max-subscription-loss <n>', 'how many subscriptions may end, 0 unless told otherwise')
    .option('--allow-subscription-loss', 'any number of subscriptions may end, also an unknown one')
    .option('--max-deletes <n>', 'how many products may be deleted, a number or a percentage')
    .option('--no-rename-check', 'a deletion and a creation may look like a rename');
}

export function addDiffOptions(command: Command): Command {
  return command
    .option('-o, --output <path>', 'save the plan, for sync --plan')
    .option('--exit-code', 'exit with 2 if there are changes')
    .option('--graph', 'print which step waits for which, and why, as a Mermaid flowchart');
}

export function addSyncOptions(command: Command): Command {
  return command
    .option('--plan <path>', 'carry out a plan that diff -o saved, and nothing else')
    .option('-y, --yes', 'do not ask on a terminal');
}

export function addDumpOptions(command: Command): Command {
  return command
    .option(
      '-o, --output <path>',
      'a file, or a folder if it ends in a slash or is one; else standard output',
    )
    .option('--force', 'overwrite files that exist')
    .option('--with-id', 'pin each product by its id')
    .option('--with-defaults', 'also write what is the default of the server')
    .option('--label-selector <k=v,...>', 'only products with these labels');
}

export function addDevOptions(command: Command): Command {
  return command
    .option('--port <port>', 'port to listen on, 7080 unless told otherwise; 0 takes any free one')
    .option('--host <address>', 'address to listen on, 127.0.0.1 unless told otherwise')
    .option('--seed <path>', 'what it holds at first, as JSON')
    .option('--state <path>', 'keep everything in this file from one start to the next')
    .option('--latency <time>', 'how late each answer is, e.g. 20ms')
    .option('--set <name=value...>', 'answer an open question about the real server, e.g. putSemantics=merge')
    .option('--fault <fault...>', "let requests fail, e.g. 'PUT /api/portals/*: 502 x2'");
}
