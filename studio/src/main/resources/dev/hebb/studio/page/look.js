// Light and dark, and the colours that charts and canvases take from the style sheet.
export const themes = ['system', 'light', 'dark'];

const listeners = new Set();
const systemDark = matchMedia('(prefers-color-scheme: dark)');

/** The choice of the user: one of themes. */
export function theme() {
  return localStorage.getItem('hebb.theme') ?? 'system';
}

export function setTheme(name) {
  localStorage.setItem('hebb.theme', name);
  apply();
}

/** Calls back after each change of the colours; gives a function that ends this. */
export function onTheme(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isDark() {
  return document.documentElement.dataset.theme === 'dark';
}

/** The value of a custom property of the style sheet, for drawing on a canvas: colour('line'). */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/** The colour of the nth series of a chart; six can be told apart by everyone, then they repeat. */
export function seriesColour(n) {
  return colour('series-' + ((n % 6) + 1));
}

/** The colour of the nth of many layers: a few are told apart, many darken or brighten with depth. */
export function layerColour(n, layers) {
  return layers <= 6 ? seriesColour(n) : `#${sequential(0.3 + (0.65 * n) / (layers - 1)).map(hex).join('')}`;
}

function hex(channel) {
  return channel.toString(16).padStart(2, '0');
}

/** [r, g, b] for v in -1 … 1: blue is negative, the background zero, orange positive. */
export function diverging(v) {
  const zero = isDark() ? [30, 35, 44] : [244, 245, 247];
  const end = v < 0 ? (isDark() ? [86, 180, 255] : [0, 98, 178]) : isDark() ? [255, 166, 64] : [222, 108, 0];
  return mix(zero, end, Math.min(1, Math.abs(v)) ** 0.8);
}

/** [r, g, b] for v in 0 … 1, from the background to the accent. */
export function sequential(v) {
  const stops = isDark()
    ? [[23, 27, 34], [52, 58, 120], [104, 96, 214], [190, 140, 240], [255, 226, 190]]
    : [[255, 255, 255], [208, 214, 250], [128, 138, 232], [79, 75, 190], [40, 24, 96]];
  const at = Math.max(0, Math.min(1, v)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  return mix(stops[i], stops[i + 1], at - i);
}

function mix(a, b, share) {
  return a.map((channel, i) => Math.round(channel + (b[i] - channel) * share));
}

function apply() {
  const dark = theme() === 'dark' || (theme() === 'system' && systemDark.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  listeners.forEach((listener) => listener());
}

systemDark.addEventListener('change', apply);
