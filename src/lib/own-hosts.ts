/** The `Host` values of this machine at a port: no other site can have these names (docs/design/contract.md §14.4). */
export function ownHosts(port: number | undefined): readonly string[] {
  return ['127.0.0.1', '[::1]', 'localhost'].map((name) => `${name}:${port}`);
}
