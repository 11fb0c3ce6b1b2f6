// Numbers and times as people read them.
import { t } from './i18n.js';

/** Four significant digits at most: 0.01234, 98.76, 1.2e-5; a dash where there is none. */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2).replace('e+', 'e').replace(/\.?0+e/, 'e');
  }
  if (Number.isInteger(value)) {
    return grouped(value);
  }
  return String(Number(value.toPrecision(4)));
}

/** Whole numbers with thin spaces between thousands: 54 410. */
export function grouped(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** 1.2 M, 54.4 k. */
export function compact(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) {
    if (Math.abs(value) >= size) {
      return `${Number((value / size).toPrecision(3))}\u2009${unit}`;
    }
  }
  return String(Number(value.toPrecision(3)));
}

export function percent(share, digits = 1) {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)}\u2009%`;
}

/** A length of time: 8 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) {
    return '–';
  }
  const s = Math.round(seconds);
  const parts =
    s < 60
      ? [[seconds < 10 ? Number(seconds.toFixed(1)) : s, 's']]
      : s < 3600
        ? [[Math.floor(s / 60), 'min'], [s % 60, 's']]
        : s < 86400
          ? [[Math.floor(s / 3600), 'h'], [Math.floor((s % 3600) / 60), 'min']]
          : [[Math.floor(s / 86400), 'd'], [Math.floor((s % 86400) / 3600), 'h']];
  return parts
    .filter(([value], i) => i === 0 || value > 0)
    .map(([value, unit]) => `${value}\u2009${t('unit.' + unit)}`)
    .join(' ');
}

/** How long ago a time in ISO form was. */
export function ago(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (seconds < 60) {
    return t('ago.now');
  }
  const [size, unit] = seconds < 3600 ? [60, 'min'] : seconds < 86400 ? [3600, 'h'] : [86400, 'd'];
  return t('ago.past', { time: `${Math.floor(seconds / size)}\u2009${t('unit.' + unit)}` });
}
