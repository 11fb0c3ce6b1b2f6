// Line charts with uPlot: smoothing, a logarithmic axis, zoom by mouse, buttons and keys.
import uPlot from './vendor/uplot.js';
import { html, useEffect, useRef, useState, useWidth } from './ui.js';
import { addWords, language, t } from './i18n.js';
import { colour, onTheme } from './look.js';
import { number } from './format.js';

addWords({
  en: {
    'chart.keys': '{name}. Arrow keys read values, plus and minus zoom, zero shows everything.',
    'chart.empty': 'No values yet',
  },
  zh: {
    'chart.keys': '{name}。方向键读数，加号和减号缩放，数字零显示全部。',
    'chart.empty': '还没有数值',
  },
});

/** With fewer points than this, such as those of epochs, a curve is shown as it is. */
const SMOOTHED_FROM = 100;

/**
 * A chart with the values under the cursor in its legend.
 *
 * lines: {name, label, colour, x, y, dash, dots}; range: what part of x is shown, null for all;
 * onRange gets another; smoothing: 0 … 0.99, the weight of the past; sync: charts with the same
 * name show the same x under the cursor; marks: {step} of what is drawn as a dashed line.
 */
export function Chart({
  name, lines, range, onRange, log = false, smoothing = 0, height = 220, format = number, sync, marks = [],
}) {
  const [frame, width] = useWidth();
  const plot = useRef(null);
  const legend = useRef(null);
  const [hidden, setHidden] = useState([]);
  const [looks, redraw] = useState(0);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  const shown = lines.filter((line) => !hidden.includes(line.name));
  const curves = shown.flatMap((line) => curvesOf(line, smoothing));
  const kind = curves.map((curve) => curve.key + (curve.dots ?? '')).join();
  const now = useRef({});
  now.current = { lines, curves, range, onRange, format, marks };

  useEffect(() => {
    if (!width || !curves.length) {
      return undefined;
    }
    const chart = new uPlot(options({ width, height, curves, log, format, sync, now, legend }), table(curves, log), frame.current);
    plot.current = chart;
    show(chart, now.current);
    return () => {
      chart.destroy();
      plot.current = null;
    };
  }, [width > 0, kind, log, height, looks, sync, language()]);

  useEffect(() => {
    if (plot.current && width) {
      plot.current.setSize({ width, height });
    }
  }, [width]);

  useEffect(() => {
    if (plot.current) {
      plot.current.setData(table(curves, log), false);
      show(plot.current, now.current);
      readOut(plot.current, now.current, legend.current);
    }
  });

  const flip = (line) =>
    setHidden((all) => (all.includes(line) ? all.filter((one) => one !== line) : [...all, line]));
  return html`<div class="chart">
    <ul class="legend" ref=${legend}>
      ${lines.map((line) => html`<li key=${line.name}>
          <button type="button" aria-pressed=${!hidden.includes(line.name)} onClick=${() => flip(line.name)}>
            <i style=${{ background: line.colour }}></i>${line.label}<b data-line=${line.name}></b></button></li>`)}
    </ul>
    <div class="plot" ref=${frame} style=${{ height: height + 'px' }} tabindex="0" role="group"
      aria-label=${t('chart.keys', { name })} onKeyDown=${(event) => press(event, plot.current, now.current)}>
      ${lines.every((line) => !line.x.length) && html`<p class="nothing">${t('chart.empty')}</p>`}
    </div></div>`;
}

/** The raw curve, and over it the smoothed one where smoothing is asked for. */
function curvesOf(line, smoothing) {
  const smooth = smoothing > 0 && line.x.length >= SMOOTHED_FROM;
  const raw = { ...line, key: line.name + smooth, stroke: smooth ? line.colour + '45' : line.colour };
  return smooth ? [raw, { ...line, key: line.name + '~', stroke: line.colour, y: smoothed(line.y, smoothing) }] : [raw];
}

/**
 * The exponential moving average, without the pull towards zero at the beginning: sₙ = w·sₙ₋₁ +
 * (1 − w)·yₙ, divided by 1 − wⁿ.
 */
export function smoothed(y, weight) {
  let sum = 0;
  let n = 0;
  return y.map((value) => {
    if (value === null) {
      return null;
    }
    sum = weight * sum + (1 - weight) * value;
    n++;
    return sum / (1 - weight ** n);
  });
}

/** All curves over one common x, as uPlot wants them. */
function table(curves, log) {
  const tables = curves.map(({ x, y }) => [x, log ? y.map((v) => (v > 0 ? v : null)) : y]);
  return tables.every(([x]) => x === tables[0][0]) ? [tables[0][0], ...tables.map(([, y]) => y)] : uPlot.join(tables);
}

function show(chart, { range }) {
  const x = chart.data[0];
  if (x.length) {
    const [min, max] = range ?? [x[0], x[x.length - 1]];
    chart.setScale('x', { min, max: max > min ? max : min + 1 });
  }
}

function options({ width, height, curves, log, format, sync, now, legend }) {
  const axis = {
    stroke: colour('muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [8, 20, 0, 0], // half a label of the last tick
    legend: { show: false },
    cursor: {
      y: false,
      sync: sync ? { key: sync, setSeries: false } : undefined,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
    },
    scales: {
      x: { time: false, auto: false },
      y: { distr: log ? 3 : 1, range: log ? undefined : padded },
    },
    axes: [
      { ...axis, size: 28, space: 52, values: (_, ticks) => ticks.map((v) => (Number.isInteger(v) ? number(v) : '')) },
      {
        ...axis,
        size: 56,
        gap: 4,
        space: log ? 24 : Math.min(40, height / 6),
        values: (_, ticks) => ticks.map((v) => (v === null ? '' : format(v))),
      },
    ],
    series: [
      {},
      ...curves.map(({ stroke, dash, dots, key }) => ({
        stroke,
        dash,
        width: key.endsWith('true') ? 1 : 1.75,
        spanGaps: true,
        points: { show: dots ?? false, size: 6, fill: stroke, stroke: colour('card') },
      })),
    ],
    hooks: {
      setCursor: [(chart) => readOut(chart, now.current, legend.current)],
      setSelect: [
        (chart) => {
          if (chart.select.width > 4) {
            now.current.onRange?.([
              chart.posToVal(chart.select.left, 'x'),
              chart.posToVal(chart.select.left + chart.select.width, 'x'),
            ]);
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        },
      ],
      drawAxes: [(chart) => drawMarks(chart, now.current.marks)],
      ready: [(chart) => chart.over.addEventListener('dblclick', () => now.current.onRange?.(null))],
    },
  };
}

function drawMarks(chart, marks) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour('faint');
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  for (const { step } of marks) {
    if (step >= chart.scales.x.min && step <= chart.scales.x.max) {
      const at = chart.valToPos(step, 'x', true);
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
    }
  }
  ctx.stroke();
  ctx.restore();
}

/** A little air above and below. */
function padded(_, min, max) {
  if (min === null) {
    return [0, 1];
  }
  const air = (max - min || Math.abs(max) || 1) * 0.06;
  return [min >= 0 && min - air < 0 ? 0 : min - air, max + air];
}

/** Writes the values under the cursor, or the newest ones, into the legend. */
function readOut(chart, { curves, lines, format }, list) {
  if (!list) {
    return;
  }
  const at = chart.cursor.idx;
  for (const line of lines) {
    const curve = curves.findLast((one) => one.name === line.name);
    const cell = list.querySelector(`[data-line="${CSS.escape(line.name)}"]`);
    if (cell) {
      const values = curve ? curve.y : [];
      const i = at === null || at === undefined ? values.length - 1 : nearest(curve?.x ?? [], chart.data[0][at]);
      cell.textContent = i >= 0 && i < values.length ? format(values[i]) : '';
    }
  }
}

/** The last position whose x is not beyond a value. */
function nearest(x, value) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

function press(event, chart, { range, onRange }) {
  if (!chart || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const x = chart.data[0];
  const all = [x[0], x[x.length - 1]];
  const act = {
    '+': () => onRange?.(zoomed(range ?? all, 0.5)),
    '=': () => onRange?.(zoomed(range ?? all, 0.5)),
    '-': () => onRange?.(zoomed(range ?? all, 2, all)),
    0: () => onRange?.(null),
    ArrowLeft: () => moveCursor(chart, -1),
    ArrowRight: () => moveCursor(chart, 1),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

/** A range of another width around the same middle; null where it holds everything. */
export function zoomed([min, max], factor, all) {
  const half = ((max - min) * factor) / 2;
  const middle = (min + max) / 2;
  const range = [middle - half, middle + half];
  return all && range[0] <= all[0] && range[1] >= all[1] ? null : range;
}

function moveCursor(chart, by) {
  const x = chart.data[0];
  const stride = Math.max(1, Math.round(x.length / 100));
  const at = Math.max(0, Math.min(x.length - 1, (chart.cursor.idx ?? x.length - 1) + by * stride));
  chart.setCursor({ left: chart.valToPos(x[at], 'x'), top: 0 });
}
