// A board to draw a picture on, with a pen that pointers and keys move.
import { html, useEffect, useRef, useState } from './ui.js';
import { t } from './i18n.js';
import { colour, onTheme } from './look.js';

/** Four times a digit's 28 pixels, so that the server has something to scale down. */
const SIZE = 112;
const PEN = 9;
const KEY_STEP = 4;

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** onDraw gets {width, height, pixels}: the ink, 0 … 255, after each move of the pen. */
export function Board({ onDraw }) {
  const canvas = useRef(null);
  const strokes = useRef([]);
  const pen = useRef({ x: SIZE / 2, y: SIZE / 2, down: false });
  const [, redraw] = useState(0);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  const show = () => paint(canvas.current, strokes.current, document.activeElement === canvas.current && pen.current);
  useEffect(show);

  const move = (x, y) => {
    Object.assign(pen.current, { x: Math.max(0, Math.min(SIZE, x)), y: Math.max(0, Math.min(SIZE, y)) });
    if (pen.current.down) {
      strokes.current.at(-1).push([pen.current.x, pen.current.y]);
      onDraw({ width: SIZE, height: SIZE, pixels: ink(strokes.current) });
    }
    show();
  };
  const lower = (down) => {
    pen.current.down = down;
    if (down) {
      strokes.current.push([]);
      move(pen.current.x, pen.current.y);
    }
    show();
  };
  const point = (event, act) => {
    const box = canvas.current.getBoundingClientRect();
    const scale = SIZE / box.width;
    act((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
  };
  const press = (event) => {
    event.preventDefault();
    canvas.current.setPointerCapture(event.pointerId);
    canvas.current.focus();
    point(event, (x, y) => Object.assign(pen.current, { x, y }));
    lower(true);
  };
  const key = (event) => {
    const way = KEYS[event.key];
    if (way) {
      event.preventDefault();
      move(pen.current.x + way[0] * KEY_STEP, pen.current.y + way[1] * KEY_STEP);
    } else if (event.key === ' ') {
      event.preventDefault();
      lower(!pen.current.down);
    }
  };
  return html`<canvas class="board" ref=${canvas} width=${2 * SIZE} height=${2 * SIZE} tabindex="0" role="img"
    aria-label=${t('predict.board')} onPointerDown=${press} onKeyDown=${key} onFocus=${show} onBlur=${() => lower(false)}
    onPointerMove=${(event) => pen.current.down && event.buttons && point(event, move)}
    onPointerUp=${() => lower(false)} onPointerCancel=${() => lower(false)}></canvas>`;
}

function paint(canvas, strokes, pen) {
  const context = canvas.getContext('2d');
  context.setTransform(canvas.width / SIZE, 0, 0, canvas.height / SIZE, 0, 0);
  context.clearRect(0, 0, SIZE, SIZE);
  draw(context, strokes, colour('text'));
  if (pen) {
    context.strokeStyle = colour('accent');
    context.lineWidth = 1;
    context.beginPath();
    context.arc(pen.x, pen.y, PEN / 2, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** The strokes as bytes, nothing else: neither the theme's colours nor the pen. */
function ink(strokes) {
  const sheet = new OffscreenCanvas(SIZE, SIZE);
  const context = sheet.getContext('2d');
  draw(context, strokes, '#fff');
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => data[4 * i + 3]);
}

function draw(context, strokes, style) {
  context.strokeStyle = style;
  context.lineWidth = PEN;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    if (stroke.length) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      stroke.forEach(([x, y]) => context.lineTo(x, y));
      // A dot is a line of no length, which some browsers draw only so.
      context.lineTo(stroke.at(-1)[0] + 0.01, stroke.at(-1)[1]);
      context.stroke();
    }
  }
}
