// Icons as strokes on a grid of 24.
import { html } from './html.js';

const strokes = {
  runs: 'M3 17l5-6 4 3 4-7 5 5M3 21h18',
  playground: 'M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M3 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M3 19a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M17 12a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M7 5.8l10 5M7 12h10M7 18.2l10-5',
  arithmetic: 'M18 5H7l6 7-6 7h11',
  model: 'M4 7l8-4 8 4v10l-8 4-8-4zM4 7l8 4 8-4M12 11v10',
  language: 'M3 5h10M8 3v2M11 5c-1 5-4 8-8 10M5 9c1 3 4 5 7 6M12 21l4.5-11L21 21M13.5 17h6',
  theme: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.500L21 21',
  play: 'M7 4l13 8-13 8z',
  pause: 'M8 4v16M16 4v16',
  stop: 'M5 5h14v14H5z',
  step: 'M5 4l10 8-10 8zM19 4v16',
  restart: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4.500h4.5',
  save: 'M5 3h11l4 4v14H4V3zM8 3v5h7V3M8 21v-7h8v7',
  trash: 'M4 7h16M10 3h4M6 7l1 14h10l1-14M10 11v6M14 11v6',
  compare: 'M4 19l5-9 4 5 7-11M4 12l5 3 5-7 6 8',
  check: 'M4 12.500l5 5L20 6.5',
  close: 'M5 5l14 14M19 5L5 19',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  warning: 'M12 3L2 20h20zM12 10v4M12 17h.01',
  reset: 'M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5',
  download: 'M12 3v12M7 11l5 5 5-5M4 21h16',
  upload: 'M12 16V4M7 8l5-5 5 5M4 21h16',
  pencil: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  dot: 'M12 12h.01',
  code: 'M8 6l-6 6 6 6M16 6l6 6-6 6',
  bolt: 'M13 2L4 14h7l-1 8 9-12h-7z',
};

/** An icon beside a text that says the same; screen readers pass over it. */
export function Icon({ name, size = 18 }) {
  return html`<svg class="icon" viewBox="0 0 24 24" width=${size} height=${size} aria-hidden="true" focusable="false">
    <path d=${strokes[name]} /></svg>`;
}
