// The network as a picture: features, units with their surfaces, and weights as lines between them.
import { html, useEffect, useLayoutEffect, useRef, useState, Icon, Select } from '../ui.js';
import { t } from '../i18n.js';
import { onTheme } from '../look.js';
import { number } from '../format.js';
import { surface, useFrames } from './session.js';
import { paintSurface, shade, sharp } from './paint.js';

const FEATURES = {
  X1: (x) => x,
  X2: (x, y) => y,
  X1_SQUARED: (x) => x * x,
  X2_SQUARED: (x, y) => y * y,
  PRODUCT: (x, y) => x * y,
  SIN_X1: (x) => Math.sin(x),
  SIN_X2: (x, y) => Math.sin(y),
};
const FEATURE_SIDE = 20;

/** focus is called with {layer, unit} of what is pointed at, or null. */
export function Network({ session, settings, onChange, focus }) {
  const { layout } = settings;
  const { limits, features, activations } = session.options;
  const frame = useRef(null);
  const lines = useRef(null);
  const places = useRef([]);
  const [weight, setWeight] = useState(null);
  const shape = shapeOf(layout);
  const measure = () => (places.current = measured(frame.current));
  const draw = ({ update }) => {
    drawLines(lines.current, frame.current, places.current, update.frame.layers);
    drawUnits(frame.current, update.frame.layers);
  };
  useLayoutEffect(measure);
  useEffect(() => {
    const again = () => {
      measure();
      session.paint();
    };
    const observer = new ResizeObserver(again);
    observer.observe(frame.current);
    const off = onTheme(again);
    return () => {
      observer.disconnect();
      off();
    };
  }, []);
  // A change shows at once, but frames of it come only once the server has answered.
  useFrames((state) => shapeOf(state.settings.layout) === shape && draw(state), [shape]);

  const change = (part) => onChange({ ...settings, layout: { ...layout, ...part } });
  const layers = (hidden) => change({ hidden });
  const edit = (i, part) => layers(layout.hidden.map((h, k) => (k === i ? { ...h, ...part } : h)));
  const flip = (id) => {
    const chosen = layout.features.includes(id)
      ? layout.features.filter((f) => f !== id)
      : features.map((f) => f.id).filter((f) => f === id || layout.features.includes(f));
    if (chosen.length) {
      change({ features: chosen });
    }
  };
  const add = () =>
    layers([...layout.hidden, layout.hidden.at(-1) ?? { units: 4, activation: 'TANH' }]);

  return html`<div class="network">
    <div class="network-bar row">
      <button type="button" class="button square small" aria-label=${t('play.fewerLayers')} title=${t('play.fewerLayers')}
        disabled=${!layout.hidden.length} onClick=${() => layers(layout.hidden.slice(0, -1))}><${Icon} name="minus" size=${14} /></button>
      <strong>${t('play.hiddenLayers', { n: layout.hidden.length })}</strong>
      <button type="button" class="button square small" aria-label=${t('play.moreLayers')} title=${t('play.moreLayers')}
        disabled=${layout.hidden.length >= limits.layers} onClick=${add}><${Icon} name="plus" size=${14} /></button>
      <span class="grow"></span>
      <span class="weight-read" aria-live="off">${weight ?? t('play.weightHint')}</span>
    </div>
    <div class="network-scroll">
      <div class="network-frame" ref=${frame}
        onPointerMove=${(event) => setWeight(weightAt(event, frame.current, places.current, session.state, features))}
        onPointerLeave=${() => setWeight(null)}>
        <canvas class="network-lines" ref=${lines}></canvas>
        <div class="column features">
          <h3>${t('play.features')}</h3>
          <div class="units">${features.map(
            ({ id, label }) => html`<${FeatureNode} key=${id} id=${id} label=${label} isOn=${layout.features.includes(id)}
              reach=${limits.reach} onClick=${() => flip(id)} focus=${focus} />`,
          )}</div>
        </div>
        ${layout.hidden.map(
          (h, i) => html`<div class="column" key=${i}>
            <div class="column-head">
              <div class="counter">
                <button type="button" class="button square small" aria-label=${t('play.fewerUnits', { layer: i + 1 })}
                  disabled=${h.units <= 1} onClick=${() => edit(i, { units: h.units - 1 })}><${Icon} name="minus" size=${12} /></button>
                <b>${h.units}</b>
                <button type="button" class="button square small" aria-label=${t('play.moreUnits', { layer: i + 1 })}
                  disabled=${h.units >= limits.units} onClick=${() => edit(i, { units: h.units + 1 })}><${Icon} name="plus" size=${12} /></button>
              </div>
              <${Select} hideLabel label=${t('play.activationOf', { layer: i + 1 })} value=${h.activation}
                options=${activations.map((a) => [a.id, a.label])} onChange=${(activation) => edit(i, { activation })} />
            </div>
            <div class="units">${Array.from(
              { length: h.units },
              (_, unit) => html`<button type="button" class="unit" key=${unit} data-layer=${i} data-unit=${unit}
                aria-label=${t('play.unit', { unit: unit + 1, layer: i + 1 })}
                onPointerEnter=${() => focus({ layer: i, unit })} onPointerLeave=${() => focus(null)}
                onFocus=${() => focus({ layer: i, unit })} onBlur=${() => focus(null)}>
                <canvas width="20" height="20"></canvas></button>`,
            )}</div>
            <${Gradient} layer=${i} />
          </div>`,
        )}
        <div class="column output">
          <div class="column-head"><h3>${t('play.output')}</h3></div>
          <div class="units"><span class="unit" data-layer=${layout.hidden.length} data-unit="0"></span></div>
          <${Gradient} layer=${layout.hidden.length} />
        </div>
      </div>
    </div>
  </div>`;
}

function shapeOf(layout) {
  return [layout.features.join(), ...layout.hidden.map((h) => h.units)].join('-');
}

function FeatureNode({ id, label, isOn, reach, onClick, focus }) {
  const canvas = useRef(null);
  const paint = () => paintSurface(canvas.current, featureSurface(id, reach));
  useEffect(() => {
    paint();
    return onTheme(paint);
  }, []);
  return html`<button type="button" class=${isOn ? 'feature' : 'feature off'} data-feature=${id} aria-pressed=${isOn}
      onClick=${onClick} onPointerEnter=${() => focus({ feature: id })} onPointerLeave=${() => focus(null)}>
    <span>${label}</span><canvas ref=${canvas} width="20" height="20"></canvas></button>`;
}

/** The values of a feature on the plane, scaled to ±1. */
export function featureSurface(id, reach) {
  const values = new Float32Array(FEATURE_SIDE ** 2);
  for (let i = 0; i < values.length; i++) {
    const x = (((i % FEATURE_SIDE) + 0.5) / FEATURE_SIDE) * 2 * reach - reach;
    const y = reach - ((Math.floor(i / FEATURE_SIDE) + 0.5) / FEATURE_SIDE) * 2 * reach;
    values[i] = FEATURES[id](x, y);
  }
  const most = Math.max(...values.map(Math.abs));
  return values.map((v) => v / most);
}

/** How large the gradient of a layer's weights is: a bar from 10⁻⁸ to 1. */
function Gradient({ layer }) {
  const bar = useRef(null);
  const text = useRef(null);
  useFrames(({ update }) => {
    const norm = update.frame.layers[layer]?.gradient;
    if (norm !== undefined) {
      const share = norm ? Math.max(0, Math.min(1, 1 + Math.log10(norm) / 8)) : 0;
      bar.current.style.width = `${share * 100}%`;
      bar.current.classList.toggle('low', share < 0.5);
      text.current.textContent = norm === null ? '∞' : norm === 0 ? '0' : norm.toExponential(0).replace('+', '');
    }
  }, [layer]);
  return html`<div class="gradient" title=${t('play.gradientHint')}>
    <div><i ref=${bar}></i></div><span><span class="only-heard">${t('play.gradient')} </span>∇ <b ref=${text}></b></span></div>`;
}

/** Where lines begin and end: for each layer the right edges of what comes in and its own left edges. */
function measured(frame) {
  const origin = frame.getBoundingClientRect();
  const columns = [[...frame.querySelectorAll('.feature:not(.off)')]];
  for (const column of frame.querySelectorAll('.column:not(.features)')) {
    columns.push([...column.querySelectorAll('.unit')]);
  }
  return columns.map((nodes) =>
    nodes.map((node) => {
      const box = node.getBoundingClientRect();
      return {
        left: box.left - origin.left,
        right: box.right - origin.left,
        y: box.top - origin.top + box.height / 2,
      };
    }),
  );
}

function drawLines(canvas, frame, places, layers) {
  const context = sharp(canvas, frame.offsetWidth, frame.offsetHeight);
  context.lineCap = 'round';
  eachLine(places, layers, (from, to, w) => {
    const size = Math.abs(w);
    context.beginPath();
    context.moveTo(from.right, from.y);
    const bend = (to.left - from.right) / 2;
    context.bezierCurveTo(from.right + bend, from.y, to.left - bend, to.y, to.left, to.y);
    context.lineWidth = 0.4 + Math.min(5, 1.5 * Math.sqrt(size));
    context.globalAlpha = 0.2 + 0.65 * Math.min(1, size / 2);
    context.strokeStyle = shade(Math.sign(w) * 0.9);
    context.stroke();
  });
  context.globalAlpha = 1;
}

/** Calls back for each weight; with several outputs only the largest to the last node is drawn. */
function eachLine(places, layers, each) {
  layers.forEach(({ weights }, layer) => {
    const from = places[layer] ?? [];
    const to = places[layer + 1] ?? [];
    const units = from.length ? weights.length / from.length : 0;
    from.forEach((a, i) =>
      to.forEach((b, j) => {
        const row = weights.slice(i * units, (i + 1) * units);
        const w = to.length === units ? row[j] : row.reduce((x, y) => (Math.abs(y) > Math.abs(x) ? y : x), 0);
        each(a, b, w ?? 0, { layer, i, j });
      }),
    );
  });
}

function drawUnits(frame, layers) {
  for (const node of frame.querySelectorAll('button.unit')) {
    const { surfaces, slopes } = layers[node.dataset.layer] ?? {};
    const unit = Number(node.dataset.unit);
    if (!surfaces || unit >= slopes.length) {
      continue; // a frame of fewer units than are still on the page
    }
    const all = surface(surfaces);
    const size = all.length / slopes.length;
    paintSurface(node.firstElementChild, all.subarray(unit * size, (unit + 1) * size));
    const isDead = slopes[unit] === 0;
    if (node.classList.contains('dead') !== isDead) {
      node.classList.toggle('dead', isDead);
      node.title = isDead ? t('play.dead') : '';
    }
  }
}

/** What the weight under the pointer is. */
function weightAt(event, frame, places, state, features) {
  const origin = frame.getBoundingClientRect();
  const x = event.clientX - origin.left;
  const y = event.clientY - origin.top;
  let found = null;
  let least = 8;
  eachLine(places, state.update.frame.layers, (from, to, w, { layer, i, j }) => {
    if (x < from.right || x > to.left) {
      return;
    }
    const away = Math.abs(heightAt(from, to, x) - y);
    if (away < least) {
      least = away;
      const start = layer ? `a${i + 1}` : features.find((f) => f.id === state.settings.layout.features[i])?.label;
      found = t('play.weight', { from: start, layer: layer + 1, unit: j + 1, w: number(w) });
    }
  });
  return found;
}

/** The height of a line at x: its parameter is found by halving. */
function heightAt(from, to, x) {
  const share = (x - from.right) / (to.left - from.right);
  let low = 0;
  let high = 1;
  for (let k = 0; k < 12; k++) {
    const s = (low + high) / 2;
    // The ends' handles lie half way, so x goes as 1.5 s - 1.5 s² + s³.
    if (1.5 * s - 1.5 * s * s + s ** 3 < share) {
      low = s;
    } else {
      high = s;
    }
  }
  return from.y + (to.y - from.y) * (3 * low ** 2 - 2 * low ** 3);
}
