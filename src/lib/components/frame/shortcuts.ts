import { labHref } from '../links.ts';
import { frame } from './frame-state.svelte.ts';
import { LAB_PAGES } from './pages.ts';

// `g` and the letter must follow one another within this time.
const CHORD_MS = 1200;
let chordUntil = 0;

/** Does what a shortcut of every page means; answers the address to go to, if it is one of those. Typing is never taken for one. */
export function handleShortcut(event: KeyboardEvent, lab: string | undefined): string | null {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    frame.palette = !frame.palette;
    return null;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || frame.palette || frame.keys)
    return null;
  if (event.key === '?') frame.keys = true;
  else if (event.key === 'g') chordUntil = event.timeStamp + CHORD_MS;
  else if (lab !== undefined && event.timeStamp < chordUntil) {
    chordUntil = 0;
    const target = LAB_PAGES.find((one) => one.key === event.key);
    return target ? labHref(lab, target.page) : null;
  }
  return null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable=true]') !== null
  );
}
