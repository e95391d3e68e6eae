/** What people type most, by command: shown after its help and in the reference. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  lint: [
    ['adc lint', 'checks api-products.yaml'],
    ['adc lint -f products/ --format github', 'annotations at file and line'],
  ],
  validate: [
    ['adc validate', 'could api-products.yaml be synced?'],
    ['adc validate -f products/ --strict', 'warnings fail as well'],
  ],
  diff: [
    ['adc diff -f products/', 'shows what would change'],
    ['adc diff --exit-code', 'ends with 2 if anything would'],
    ['adc diff -o plan.json', 'saves the plan, for sync --plan'],
    ['adc diff --format markdown > comment.md', 'the comment of a pull request'],
  ],
  sync: [
    ['adc sync -f products/', 'applies the files to the portal'],
    ['adc sync --max-subscription-loss 2', 'at most two subscriptions may end'],
    ['adc sync --no-delete', 'creates and updates only'],
    ['adc sync --plan plan.json', 'applies a plan that diff -o saved'],
    ["adc sync --product 'Payments API'", 'changes no other product'],
  ],
  dump: [
    ['adc dump -o products.yaml', 'one file'],
    ['adc dump -o products/', 'a file a product, OpenAPI beside them'],
    ["adc dump --name 'Payments*'", 'products of such names, to look at'],
    ['adc dump --update -f products/', 'takes over what the dashboard changed'],
  ],
  init: [
    ['adc init', 'a repository with an example'],
    ['adc init portal --from-portal', 'one with what is live, in the folder portal'],
  ],
  ping: [
    ['adc ping --portal default', 'says who answers, and in which dialect'],
    ['adc ping --portal default --verbose 2', 'shows each request'],
  ],
  schema: [
    ['adc schema > api-products.schema.json', 'of product files, for an editor'],
    ['adc schema diff', 'of what adc diff --format json prints'],
  ],
  demo: [['adc demo', 'takes a few seconds, needs no configuration']],
  dev: [
    ['adc dev', 'on port 7080, until Ctrl-C'],
    ['adc dev --state portal.json', 'keeps what it holds for the next start'],
    ["adc dev --fault 'PUT /api/*: 502 x2'", 'lets two requests fail'],
  ],
  completion: [
    ['source <(adc completion bash)', 'in ~/.bashrc'],
    ['source <(adc completion zsh)', 'in ~/.zshrc, after compinit'],
    ['adc completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
};

/** The examples of a command as they stand after its help; '' where there are none. */
export function examplesText(command: string): string {
  const rows = EXAMPLES[command] ?? [];
  const width = Math.max(0, ...rows.map(([line]) => line.length));
  const lines = rows.map(([line, about]) => `  ${line.padEnd(width)}  ${about}`);
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('\n')}\n`;
}
