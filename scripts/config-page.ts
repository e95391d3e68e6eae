import schema from '../schemas/config.schema.json' with { type: 'json' };
import { fieldsOf, referred, typeText, type Schema } from './json-schema.ts';
import { made, prose, table } from './markdown.ts';

const { definitions = {}, ...FILE }: Schema = schema as Schema;

/** docs/reference/config.md: the config file, from its JSON Schema. */
export function configPage(): string {
  return [
    HEAD,
    fieldTable(FILE),
    `## An environment\n\n${fieldTable(definitions['environment'] ?? {})}`,
    REST,
  ].join('\n');
}

function fieldTable(part: Schema): string {
  const rows = fieldsOf(part).map(({ path, schema: field }) => {
    const own = definitions[referred(field) ?? ''] ?? field;
    return [
      `\`${path}\``,
      typeText(own, () => 'mapping').replace('object', 'mapping'),
      prose(own.description ?? ''),
    ];
  });
  return table(['key', 'is', 'means'], rows);
}

const HEAD = `# The config file

${made('schemas/config.schema.json')}

\`adc.config.yaml\` in the working directory tells adc which files belong together, whose products they are, and for which
environments. \`--config\` or \`ADC_CONFIG\` names another file. Without a config, everything is given by options. If only a
directory above has a config, adc stops with \`config-elsewhere\`.

With this first line, editors check and complete the file:

    # yaml-language-server: $schema=./node_modules/adc-products/schemas/config.schema.json
`;

const REST = `## Environments

\`--env NAME\` or \`ADC_ENV\` chooses the environment of a run. The address and the token come from the process, never from a file
of the repository:

| variables | used |
| --- | --- |
| \`ADC_SERVER_STAGING\` with \`ADC_TOKEN_STAGING\` or \`ADC_TOKEN_FILE_STAGING\` | for the environment \`staging\` |
| \`ADC_SERVER\` with \`ADC_TOKEN\` or \`ADC_TOKEN_FILE\` | for an environment that has none of its own; never with \`--env all\` |

A dash in a name is an underscore in the variable: \`ADC_SERVER_EU_WEST\` for \`eu-west\`. One variable of a pair without the other
is an error, and so is an empty one. A \`.env\` can hold them, by the rules of [Environment variables](environment.md).

In product files, an environment has its own values and exceptions: see
[Staging and production](../how-to/environments.md).
`;
