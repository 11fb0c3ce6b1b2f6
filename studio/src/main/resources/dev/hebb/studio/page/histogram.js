// How values are spread, over time: as ridges, one behind the other, or as a heat map.
import { html, useEffect, useRef, useState, useWidth } from './ui.js';
import { addWords, t } from './i18n.js';
import { colour, onTheme, sequential } from './look.js';
import { number } from './format.js';

addWords({
  en: {
    'histogram.step': 'step {step}',
    'histogram.says': '{name}: at step {step} the mean is {mean}, the standard deviation {std}, from {min} to {max}.',
  },
  zh: {
    'histogram.step': '第 {step} 步',
    'histogram.says': '{name}：第 {step} 步时均值 {mean}，标准差 {std}，范围 {min} 到 {max}。',
  },
});

const HEIGHT = 230;
const LEFT = 52;
const BOTTOM = 22;
const RIDGES = 24;
const BINS = 96;

/** What lies outside of this share on either side does not count for the range that is shown. */
const TAIL = 0.005;

/** So much wider than the usual record is what is shown; a few wild ones may reach beyond. */
const AIR = 1.6;

/** records: [{step, histogram: {min, max, mean, std, counts}}], oldest first; form: ridges or heat. */
export function Histograms({ name, records, form }) {
  const [frame, width] = useWidth();
  const canvas = useRef(null);
  const [looks, redraw] = useState(0);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  useEffect(() => {
    if (width && records.length) {
      const context = prepare(canvas.current, width, HEIGHT);
      const range = commonRange(records);
      (form === 'heat' ? heat : ridges)(context, width, records, range);
    }
  }, [width, records, form, looks]);
  const last = records.at(-1);
  const says = last && t('histogram.says', { name, step: number(last.step), ...shown(last.histogram) });
  return html`<div ref=${frame}><canvas ref=${canvas} role="img" aria-label=${says} title=${says}
    style=${{ width: '100%', height: HEIGHT + 'px' }}></canvas></div>`;
}

function shown({ mean, std, min, max }) {
  return { mean: number(mean), std: number(std), min: number(min), max: number(max) };
}

/** A context in which one unit is one CSS pixel, sharp on any display. */
export function prepare(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  context.font = '11px system-ui, sans-serif';
  return context;
}

/**
 * A range for all records: that of all of them, but no wider than fits the usual one. Gradients
 * shrink a hundredfold, and beside the first of them the others would be needles.
 */
function commonRange(records) {
  const lows = records.map(({ histogram }) => quantile(histogram, TAIL));
  const highs = records.map(({ histogram }) => quantile(histogram, 1 - TAIL));
  const [low, high] = [median(lows), median(highs)];
  const air = ((high - low) * (AIR - 1)) / 2 || 0.5;
  const from = Math.max(Math.min(...lows), low - air);
  const to = Math.min(Math.max(...highs), high + air);
  return to > from ? [from, to] : [low - 0.5, low + 0.5];
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function quantile({ min, max, counts }, share) {
  const total = counts.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
    if (sum >= share * total) {
      return min + ((max - min) * (i + (share < 0.5 ? 0 : 1))) / counts.length;
    }
  }
  return max;
}

/** A record's values in equal bins of the common range: each of its own counts is spread evenly. */
function density({ min, max, counts }, [low, high]) {
  const bins = new Array(BINS).fill(0);
  const scale = BINS / (high - low);
  const own = (max - min) / counts.length;
  counts.forEach((count, i) => {
    const from = (min + i * own - low) * scale;
    const to = from + Math.max(own * scale, 1e-6);
    for (let k = Math.max(0, Math.floor(from)); k < Math.min(BINS, to); k++) {
      bins[k] += (count * (Math.min(to, k + 1) - Math.max(from, k))) / (to - from);
    }
  });
  return bins.map((v, i) => ((bins[i - 1] ?? v) + 2 * v + (bins[i + 1] ?? v)) / 4);
}

function ridges(context, width, records, range) {
  const stride = Math.max(1, Math.ceil(records.length / RIDGES));
  const chosen = records.filter((_, i) => (records.length - 1 - i) % stride === 0);
  const rows = chosen.map(({ histogram }) => density(histogram, range));
  const plot = width - LEFT - 8;
  const peak = 64;
  const lift = (HEIGHT - BOTTOM - peak - 6) / Math.max(1, rows.length - 1);
  rows.forEach((row, i) => {
    const base = 6 + peak + i * lift;
    const most = Math.max(...row) || 1;
    context.beginPath();
    context.moveTo(LEFT, base);
    row.forEach((v, k) => context.lineTo(LEFT + (plot * (k + 0.5)) / BINS, base - (v / most) * peak * 0.95));
    context.lineTo(LEFT + plot, base);
    context.closePath();
    const age = rows.length > 1 ? i / (rows.length - 1) : 1;
    context.fillStyle = rgb(sequential(0.18 + 0.5 * age), 0.92);
    context.fill();
    context.strokeStyle = colour('card');
    context.lineWidth = 1;
    context.stroke();
  });
  context.fillStyle = colour('muted');
  context.textAlign = 'right';
  const top = 6 + peak;
  [[chosen[0], top], [chosen.at(-1), top + (rows.length - 1) * lift]].forEach(([record, y], i, both) => {
    if (i === 0 || both[0][0] !== record) {
      context.fillText(number(record.step), LEFT - 8, y);
    }
  });
  valueAxis(context, range, (share) => [LEFT + share * plot, HEIGHT - 6]);
}

function heat(context, width, records, range) {
  const rows = records.map(({ histogram }) => density(histogram, range));
  const plot = width - LEFT - 8;
  const tall = HEIGHT - BOTTOM - 6;
  const step = plot / rows.length;
  rows.forEach((row, i) => {
    const most = Math.max(...row) || 1;
    row.forEach((v, k) => {
      context.fillStyle = rgb(sequential(Math.sqrt(v / most)), 1);
      context.fillRect(LEFT + i * step, 6 + tall - ((k + 1) * tall) / BINS, step + 0.6, tall / BINS + 0.6);
    });
  });
  context.fillStyle = colour('muted');
  context.textAlign = 'left';
  context.fillText(t('histogram.step', { step: number(records[0].step) }), LEFT, HEIGHT - 6);
  context.textAlign = 'right';
  context.fillText(number(records.at(-1).step), LEFT + plot, HEIGHT - 6);
  valueAxis(context, range, (share) => [LEFT - 6, 6 + tall * (1 - share) + 4 * share + 4], 'right');
}

/** The range's ends, and zero where it has room. */
function valueAxis(context, [low, high], place, align) {
  const zero = -low / (high - low);
  const marks = [[low, 0], [high, 1], ...(zero > 0.15 && zero < 0.85 ? [[0, zero]] : [])];
  context.fillStyle = colour('muted');
  for (const [value, share] of marks) {
    context.textAlign = align ?? (share === 0 ? 'left' : share === 1 ? 'right' : 'center');
    context.fillText(number(Number(value.toPrecision(3))), ...place(share));
  }
}

function rgb([r, g, b], alpha) {
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}
