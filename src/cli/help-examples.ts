/** What people type most, by command: shown after its help and in the reference. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  lint: [
    ['adc lint', 'check api-products.yaml'],
    ['adc lint -f products/ --format github', 'annotate files and lines on GitHub'],
  ],
  validate: [
    ['adc validate', 'check api-products.yaml against the portal'],
    ['adc validate -f products/ --strict', 'fail on warnings'],
  ],
  diff: [
    ['adc diff -f products/', 'show what sync would change'],
    ['adc diff --exit-code', 'exit with 2 if there are changes'],
    ['adc diff -o plan.json', 'save the plan, for sync --plan'],
    ['adc diff --format markdown > comment.md', 'write a comment for a pull request'],
  ],
  sync: [
    ['adc sync -f products/', 'apply the files to the portal'],
    ['adc sync --max-subscription-loss 2', 'allow two subscriptions to end'],
    ['adc sync --no-delete', 'create and update only'],
    ['adc sync --plan plan.json', 'apply a saved plan'],
    ["adc sync --product 'Payments API'", 'change only this product'],
  ],
  dump: [
    ['adc dump -o products.yaml', 'export to one file'],
    ['adc dump -o products/', 'export to one file for each product'],
    ["adc dump --name 'Payments*'", 'print products with such names'],
    ['adc dump --update -f products/', 'bring dashboard changes into files'],
  ],
  init: [
    ['adc init', 'start a repository with an example'],
    ['adc init portal --from-portal', 'start one in portal/ with live products'],
  ],
  ping: [
    ['adc ping --portal default', 'print server version and dialect'],
    ['adc ping --portal default --verbose 2', 'print each request'],
  ],
  schema: [
    ['adc schema > api-products.schema.json', 'save the schema for an editor'],
    ['adc schema diff', 'print the schema of diff reports'],
  ],
  demo: [['adc demo', 'run the demo, without any configuration']],
  dev: [
    ['adc dev', 'listen on port 7080 until Ctrl-C'],
    ['adc dev --example payments', 'start with products and their files'],
    ['adc dev --state portal.json', 'keep the data for the next run'],
    ["adc dev --fault 'PUT /api/*: 502 x2'", 'let two requests fail'],
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
