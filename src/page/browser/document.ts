/** The global of the Scalar bundle. */
declare const Scalar: {
  createApiReference(place: string, configuration: Readonly<Record<string, unknown>>): unknown;
};

/** A storage in memory: Scalar needs one, and a sandboxed page has none. */
function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
    key: (place) => [...values.keys()][place] ?? null,
    get length() {
      return values.size;
    },
  };
}

for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { value: memory() });
// Stops Scalar's validator from calling eval(), which the policy of the page forbids.
Object.defineProperty(window, '__zod_globalConfig', { value: { jitless: true } });

/** Time limit for the first text after the renderer has started, in milliseconds. */
const TIMEOUT_MS = 5000;

const tell = (event: 'ready' | 'shown' | 'failed' | 'close'): void => window.parent.postMessage(event, '*');

/** Reports the first text of the document, or that none appeared in time: the renderer itself reports neither. */
function watch(place: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver(() => {
    timer ??= setTimeout(() => tell('failed'), TIMEOUT_MS);
    if (place.textContent.trim() === '') return;
    clearTimeout(timer);
    observer.disconnect();
    tell('shown');
  });
  observer.observe(place, { childList: true, subtree: true, characterData: true });
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function render(text: string): void {
  const place = document.getElementById('document');
  if (place) watch(place);
  Scalar.createApiReference('#document', {
    content: text,
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    hideTestRequestButton: true,
    showDeveloperTools: 'never',
    hideDarkModeToggle: true,
    forceDarkModeState: dark.matches ? 'dark' : 'light',
    documentDownloadType: 'none',
  });
}

window.addEventListener('message', ({ source, data }: MessageEvent<{ readonly text: string }>) => {
  if (source === window.parent) render(data.text);
});
window.addEventListener('load', () => tell('ready'));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) tell('close');
});
