/** The settings for the commands of pipelines and notes. */
export interface Setting {
  /** The command that installs adc, in one line. */
  readonly install: string;
  /** With a leading space, or empty: the options that name the product files. */
  readonly flags: string;
  /** Commands of API7's ADC that sync the services of gateway groups, by group; they run before sync. */
  readonly gatewaySyncs: ReadonlyMap<string, string>;
  /** Names of environments; empty: none. */
  readonly environments: readonly string[];
}

/** The options of sync, which waits for services that API7's ADC has just added. */
export function syncFlags({ flags, gatewaySyncs }: Pick<Setting, 'flags' | 'gatewaySyncs'>): string {
  return gatewaySyncs.size === 0 ? flags : `${flags} --wait-for-services 60s`;
}

/** Why services come first, as the lines of a comment. */
export const SERVICES_FIRST = [
  "Services come before products: a product links a service by its id, which exists once API7's ADC has added the",
  "service. One job runs both, so that no other run comes between them. API7's ADC deletes what its files lack:",
  'add --label-selector if they hold a part of the gateway group, and --env for each variable in them.',
];

/** The option for all environments with a leading space, or empty. */
export const inAll = ({ environments }: Setting): string => (environments.length === 0 ? '' : ' --env all');
