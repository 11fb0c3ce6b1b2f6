// What the network makes of the plane, its scores, and its losses over time.
import { html, useEffect, useRef, useState, useWidth, Card, Toggle } from '../ui.js';
import { t } from '../i18n.js';
import { onTheme, seriesColour } from '../look.js';
import { number, percent } from '../format.js';
import { Chart } from '../chart.js';
import { bytes, surface, useFrames } from './session.js';
import { featureSurface } from './network.js';
import { nearest, paintClasses, paintPoints, paintSurface, pointColour } from './paint.js';

/** Charts are drawn less often than surfaces: nobody reads a curve twenty times a second. */
const CHART_EVERY = 200;

/** So that points stand out from the answer in their own colour. */
const PALER = 0.62;

/** focus: what is pointed at in the network, shown in place of the output. */
export function Output({ session, focus, onPick }) {
  const { points, settings } = session.state;
  const { reach } = session.options.limits;
  const [tests, setTests] = useState(true);
  const [wrapper, width] = useWidth();
  const back = useRef(null);
  const front = useRef(null);
  const drawBack = ({ update }) => {
    const { frame } = update;
    if (focus?.feature) {
      paintSurface(back.current, featureSurface(focus.feature, reach));
    } else if (focus && frame.layers[focus.layer]?.slopes.length > focus.unit) {
      const layer = frame.layers[focus.layer];
      const all = surface(layer.surfaces);
      const size = all.length / layer.slopes.length;
      paintSurface(back.current, all.subarray(focus.unit * size, (focus.unit + 1) * size));
    } else if (frame.classes) {
      paintClasses(back.current, bytes(frame.classes), surface(frame.surface));
    } else {
      paintSurface(back.current, surface(frame.surface), PALER);
    }
  };
  const drawFront = () => width && paintPoints(front.current, width, points, { reach, tests });
  useFrames(drawBack, [focus?.feature, focus?.layer, focus?.unit, session.state.update.build]);
  useEffect(() => {
    drawFront();
    return onTheme(() => {
      drawFront();
      session.paint();
    });
  }, [width, tests, session.state.update.build]);
  const pick = (event) => {
    const box = front.current.getBoundingClientRect();
    const point = nearest(points, width, event.clientX - box.left, event.clientY - box.top, { reach, tests });
    if (point >= 0) {
      onPick(point);
    }
  };
  const shows = focus?.feature
    ? session.options.features.find((f) => f.id === focus.feature).label
    : focus
      ? t('play.unit', { unit: focus.unit + 1, layer: focus.layer + 1 })
      : t('play.decision');
  return html`<${Card} class="output-card" title=${shows} hint=${t('play.outputHint')}>
    <div class="plane" ref=${wrapper} style=${{ height: `${width}px` }}>
      <canvas class="plane-back" ref=${back} width="50" height="50"></canvas>
      <canvas class="plane-front" ref=${front} onClick=${pick} role="img" aria-label=${t('play.planeLabel')}></canvas>
    </div>
    <${Legend} points=${points} />
    <div class="row apart"><span class="note">${t('play.pickHint')}</span>
      <${Toggle} label=${t('play.showTests')} checked=${tests} onChange=${setTests} /></div>
    <${Scores} hasClasses=${points.classes.length > 0} problem=${settings.data.problem} />
    <${Losses} session=${session} />
  <//>`;
}

function Legend({ points }) {
  const [, redraw] = useState(0);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  const [x1, x2, y] = points.axes;
  if (!points.classes.length) {
    return html`<div class="plane-legend"><span>${number(y.low)}</span><i class="ramp"></i><span>${number(y.high)}</span></div>`;
  }
  const isOwn = x1.name !== 'x₁' || x2.name !== 'x₂';
  return html`<div class="plane-legend">
    ${points.classes.map((name, k) => html`<span key=${k}><i style=${{ background: pointColour(k, points.classes) }}></i>
      ${t('play.class', { name })}</span>`)}
    ${isOwn && html`<span>→ ${x1.name}, ↑ ${x2.name}</span>`}</div>`;
}

function Scores({ hasClasses }) {
  const cells = useRef({});
  useFrames(({ update }) => {
    const { train, test } = update.frame;
    const show = { trainLoss: loss(train.loss), testLoss: loss(test.loss), train: share(train), test: share(test) };
    for (const [name, text] of Object.entries(show)) {
      if (cells.current[name]) {
        cells.current[name].textContent = text;
      }
    }
  }, [hasClasses]);
  const cell = (name) => html`<td ref=${(node) => (cells.current[name] = node)} data-score=${name}></td>`;
  return html`<table class="scores"><thead><tr><th></th><th>${t('play.loss')}</th>
      ${hasClasses && html`<th>${t('play.accuracy')}</th>`}</tr></thead>
    <tbody><tr><th>${t('play.train')}</th>${cell('trainLoss')}${hasClasses && cell('train')}</tr>
      <tr><th>${t('play.test')}</th>${cell('testLoss')}${hasClasses && cell('test')}</tr></tbody></table>`;
}

function loss(value) {
  return value === null ? '∞' : value < 1e-3 ? number(value) : value.toFixed(4);
}

function share(score) {
  return score.accuracy === null ? '' : percent(score.accuracy);
}

function Losses({ session }) {
  const [curve, setCurve] = useState([]);
  const last = useRef(0);
  const later = useRef(0);
  useFrames(({ curve: points }) => {
    const show = () => {
      last.current = performance.now();
      setCurve(points.slice());
    };
    clearTimeout(later.current);
    const wait = CHART_EVERY - (performance.now() - last.current);
    if (wait <= 0) {
      show();
    } else {
      later.current = setTimeout(show, wait);
    }
  }, [session.state.update.build]);
  const x = curve.map((p) => p.step);
  const line = (name, i) => ({
    name,
    label: t('play.' + name),
    colour: seriesColour(i),
    x,
    y: curve.map((p) => p[name]),
  });
  return html`<${Chart} name=${t('play.losses')} height=${132} lines=${[line('train', 0), line('test', 1)]} />`;
}
