/** Asks the server of the page for a change, with the key that the page got from it. Returns the reason of a refusal. */
export async function ask(
  method: 'POST' | 'PUT' | 'DELETE',
  { url, key }: { readonly url: string; readonly key: string },
  body: object,
): Promise<string | undefined> {
  const headers = { 'content-type': 'application/json', 'x-adc-key': key };
  try {
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (response.ok) return undefined;
    const { error_msg: reason } = (await response.json()) as { readonly error_msg: string };
    return `Refused: ${reason}`;
  } catch {
    return 'adc dev does not respond: is it still running?';
  }
}
