/** What the bundle of Scalar defines. */
declare const Scalar: {
  createApiReference(place: string, configuration: Readonly<Record<string, unknown>>): unknown;
};

/** A sandboxed page has no storage, which Scalar expects. */
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
// Scalar's validator would try eval(), which the policy of the page forbids.
Object.defineProperty(window, '__zod_globalConfig', { value: { jitless: true } });

const place = document.getElementById('document');
if (place) {
  const observer = new MutationObserver(() => {
    window.parent.postMessage('shown', '*');
    observer.disconnect();
  });
  observer.observe(place, { childList: true });
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function render(text: string): void {
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
window.addEventListener('load', () => window.parent.postMessage('ready', '*'));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) window.parent.postMessage('close', '*');
});
