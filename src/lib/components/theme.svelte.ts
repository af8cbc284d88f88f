import { browser } from '$app/environment';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'tarn.theme';

/** Light or dark: the system's, unless the reader chose. Keeps `data-theme` on <html>, which app.html sets before the first paint. */
class Theme {
  choice = $state<ThemeChoice>('system');
  #systemDark = $state(false);
  readonly resolved = $derived(
    this.choice === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.choice,
  );

  constructor() {
    if (!browser) return;
    const media = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = media.matches;
    media.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
      this.#show();
    });
    const kept = readKept();
    if (kept === 'light' || kept === 'dark') this.choice = kept;
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    this.#show();
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Storage is closed in this window: the choice holds until the page is left.
    }
  }

  toggle(): void {
    this.choose(this.resolved === 'dark' ? 'light' : 'dark');
  }

  #show(): void {
    document.documentElement.dataset['theme'] = this.resolved;
  }
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export const theme = new Theme();
