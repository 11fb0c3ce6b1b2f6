// Pictures of surfaces, points and connections on canvases.
import { colour, diverging, isDark, seriesColour } from '../look.js';

const SHADES = 255;
const tables = new Map();

/** The colours of -1 … 1 as 256 entries, made once for each theme. */
function table() {
  const key = isDark();
  if (!tables.has(key)) {
    const all = [];
    for (let i = 0; i <= SHADES; i++) {
      all.push(diverging((i / SHADES) * 2 - 1));
    }
    tables.set(key, all);
  }
  return tables.get(key);
}

/** The colour of a number of -1 … 1, in the form of style sheets. */
export function shade(v) {
  const [r, g, b] = table()[Math.round(((Math.max(-1, Math.min(1, v)) + 1) / 2) * SHADES)];
  return `rgb(${r} ${g} ${b})`;
}

/** Paints numbers of -1 … 1 times a factor, rows from the top, each as one pixel of a square canvas. */
export function paintSurface(canvas, values, factor = 1) {
  const side = Math.round(Math.sqrt(values.length));
  const { context, image } = pixels(canvas, side);
  const colours = table();
  for (let i = 0; i < values.length; i++) {
    set(image, i, colours[Math.round(((values[i] * factor + 1) / 2) * SHADES)]);
  }
  context.putImageData(image, 0, 0);
}

/** Paints which class is decided for, stronger where it is surer: sure holds 0 … 1. */
export function paintClasses(canvas, classes, sure) {
  const side = Math.round(Math.sqrt(classes.length));
  const { context, image } = pixels(canvas, side);
  const zero = table()[Math.round(SHADES / 2)];
  const ends = [...new Set(classes)].reduce((all, k) => ({ ...all, [k]: rgb(seriesColour(k)) }), {});
  for (let i = 0; i < classes.length; i++) {
    const share = 0.15 + 0.6 * Math.max(0, sure[i]);
    set(image, i, zero.map((c, j) => c + (ends[classes[i]][j] - c) * share));
  }
  context.putImageData(image, 0, 0);
}

function pixels(canvas, side) {
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext('2d');
  return { context, image: context.createImageData(side, side) };
}

function set(image, i, [r, g, b]) {
  image.data[4 * i] = r;
  image.data[4 * i + 1] = g;
  image.data[4 * i + 2] = b;
  image.data[4 * i + 3] = 255;
}

function rgb(text) {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

/** The colour of a point: by its class, or by its number. */
export function pointColour(y, classes) {
  if (classes.length > 2) {
    return seriesColour(y);
  }
  return shade(classes.length === 2 ? (y > 0.5 ? 1 : -1) : y);
}

/** A canvas of so many CSS pixels, sharp on any screen; its context draws in CSS pixels. */
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Draws points of the plane ±reach on a square of so many CSS pixels. */
export function paintPoints(canvas, size, points, { reach, tests, marked }) {
  const context = sharp(canvas, size, size);
  const scale = size / (2 * reach);
  const edge = colour('card');
  const count = tests ? points.y.length : points.learnt;
  for (let i = count - 1; i >= 0; i--) {
    const x = (points.x1[i] + reach) * scale;
    const y = (reach - points.x2[i]) * scale;
    const isTest = i >= points.learnt;
    context.beginPath();
    context.arc(x, y, i === marked ? 6 : 3.4, 0, 2 * Math.PI);
    context.fillStyle = pointColour(points.y[i], points.classes);
    context.fill();
    context.lineWidth = i === marked ? 2.5 : isTest ? 1.4 : 1;
    context.strokeStyle = i === marked || isTest ? colour('text') : edge;
    context.stroke();
  }
}

/** The point nearest to a place on such a square, if one is near; -1 otherwise. */
export function nearest(points, size, x, y, { reach, tests }) {
  const scale = size / (2 * reach);
  const count = tests ? points.y.length : points.learnt;
  let best = -1;
  let least = 12;
  for (let i = 0; i < count; i++) {
    const away = Math.hypot((points.x1[i] + reach) * scale - x, (reach - points.x2[i]) * scale - y);
    if (away < least) {
      least = away;
      best = i;
    }
  }
  return best;
}
