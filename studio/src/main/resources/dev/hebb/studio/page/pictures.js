// Small pictures that the server sends as bytes: digits, filters, feature maps.
import { html, useEffect, useRef, useState } from './ui.js';
import { diverging, isDark, onTheme } from './look.js';

/** A layer without places is one row of pixels, too flat to be seen in their own form. */
const ROW_WIDTH = 240;

/**
 * One picture {width, height, channels, pixels, min, max, label}; pixels are bytes between min and
 * max. signed: blue below zero and orange above, for weights; otherwise grey, or colours where there
 * are three channels.
 */
export function Picture({ picture, size = 56, signed = false, alt }) {
  const canvas = useRef(null);
  const [looks, redraw] = useState(0);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  useEffect(() => paint(canvas.current, picture, signed), [picture, signed, looks]);
  const [width, height] =
    picture.height === 1
      ? [Math.min(ROW_WIDTH, size * picture.width), size / 2]
      : [size, Math.round((size * picture.height) / picture.width)];
  return html`<canvas class="picture" ref=${canvas} role="img" aria-label=${alt ?? picture.label}
    style=${{ width: width + 'px', height: height + 'px' }}></canvas>`;
}

/** The bytes of a base64 text. */
export function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The base64 text of bytes. */
export function base64(values) {
  return btoa(String.fromCharCode(...values));
}

function paint(canvas, { width, height, channels, pixels, min, max }, signed) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  const values = bytes(pixels);
  const colours = channels === 3;
  const most = Math.max(Math.abs(min), Math.abs(max)) || 1;
  for (let i = 0; i < width * height; i++) {
    const at = i * channels;
    const rgb = colours
      ? [values[at], values[at + 1], values[at + 2]]
      : signed
        ? diverging((min + (values[at] / 255) * (max - min)) / most)
        : grey(values[at]);
    image.data.set([...rgb, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
}

/** Ink on paper when it is light, chalk on a board when it is dark. */
function grey(value) {
  const v = isDark() ? 18 + value * 0.93 : 255 - value;
  return [v, v, v];
}
