// One run, live: its curves, its speed, what was done to it, and where it comes from.
import { html, useEffect, useRef, useState, Button, Card, Hint, Progress, Slider, Stat, toast, Toggle } from '../ui.js';
import { language, t } from '../i18n.js';
import { get } from '../api.js';
import { compact, duration, number, percent } from '../format.js';
import { Chart, zoomed } from '../chart.js';
import { RunFrame, useRun } from '../runframe.js';
import { isLive, nameOf } from '../runs.js';
import { seriesColour } from '../look.js';

/** As many points of a series are asked for, and twice as many kept before they are asked for anew. */
const POINTS = 2000;

/** Values of epochs are shown as dots while there are few. */
const DOTTED_BELOW = 60;

/** What is no value of the network has charts of its own, below. */
const MACHINE = ['learningRate', 'examplesPerSecond', 'heapMiB'];

export default function RunView({ params: { id } }) {
  const series = useSeries(id);
  const live = useRun(id, series.listeners);
  return html`<${RunFrame} id=${id} tab="" live=${live}><${Charts} run=${live.run} all=${series.all} /><//>`;
}

function Charts({ run, all }) {
  const [smoothing, setSmoothing] = useState(0.6);
  const [log, setLog] = useState(false);
  const [range, setRange] = useState(null);
  const common = { range, onRange: setRange, sync: run.id, marks: run.actions };
  const end = Math.max(1, ...Object.values(all).map(({ x }) => x.at(-1) ?? 0));
  return html`<div class="stack">
    <${Card}><${Numbers} run=${run} all=${all} /><//>
    <div class="row toolbar">
      <${Slider} label=${t('run.smoothing')} value=${smoothing} min=${0} max=${0.99} step=${0.01}
        shown=${(v) => v.toFixed(2)} onInput=${setSmoothing} />
      <${Toggle} label=${t('run.log')} checked=${log} onChange=${setLog} />
      <${Button} icon="plus" label=${t('run.zoomIn')} onClick=${() => setRange(zoomed(range ?? [1, end], 0.5))} />
      <${Button} icon="minus" label=${t('run.zoomOut')} disabled=${!range}
        onClick=${() => setRange(zoomed(range, 2, [1, end]))} />
      <${Button} icon="reset" disabled=${!range} onClick=${() => setRange(null)}>${t('run.all')}<//>
      <${Hint} text=${t('run.zoomHint')} />
    </div>
    <div class="columns even">${groups(run).map(
      (group) => html`<${Card} key=${group[0]} title=${nameOf(group[0])}>
        <${Chart} ...${common} name=${nameOf(group[0])} log=${log} smoothing=${smoothing} height=${260}
          lines=${group.map((name, i) => lineOf(name, all, i))} /><//>`,
    )}</div>
    <div class="columns" style=${{ '--least': '300px' }}>${MACHINE.map(
      (name, i) => html`<${Card} key=${name}>
        <${Chart} ...${common} name=${nameOf(name)} height=${140} lines=${[lineOf(name, all, i + 3)]} /><//>`,
    )}</div>
    <div class="columns even"><${Facts} run=${run} /></div></div>`;
}

/** Each value with its twins: [[loss, epoch.loss, val.loss], [accuracy, val.accuracy]]. */
function groups(run) {
  const names = Object.keys(run.goals);
  const bases = [...new Set(names.map((name) => name.replace(/^val\./, '')))];
  const known = [...names, 'epoch.loss'];
  return bases.map((base) => [base, 'val.' + base, 'epoch.' + base].filter((name) => known.includes(name)));
}

function isOfEpochs(name) {
  return name !== 'loss' && !MACHINE.includes(name);
}

function lineOf(name, all, i) {
  const points = all[name]?.x.length ?? 0;
  return { name, label: nameOf(name), colour: seriesColour(i), dots: isOfEpochs(name) && points < DOTTED_BELOW, ...(all[name] ?? { x: [], y: [] }) };
}

function Numbers({ run, all }) {
  const last = (name) => all[name]?.y.at(-1);
  return html`<dl class="stats">
      <${Stat} id="epoch" label=${t('run.epoch')} value=${run.epoch}><small> / ${run.epochs}</small><//>
      <${Stat} id="step" label=${t('run.step')} value=${number(run.step)}><small> / ${compact(run.steps)}</small><//>
      <${Stat} id="elapsed" label=${t('run.elapsed')} value=${duration(run.seconds)} />
      ${isLive(run) && html`<${Stat} id="left" label=${t('run.left')} value=${duration(run.secondsLeft)} />`}
      ${Object.keys(run.goals).map(
        (name) => html`<${Stat} key=${name} id=${name} label=${nameOf(name)} value=${shown(name, run.last[name])} />`,
      )}
      <${Stat} id="rate" label=${t('run.rate')} value=${number(last('learningRate'))} />
      <${Stat} id="speed" label=${t('run.speed')} value=${compact(last('examplesPerSecond'))} />
      <${Stat} id="heap" label=${t('run.heap')} value=${last('heapMiB') === undefined ? '–' : Math.round(last('heapMiB'))}>
        <small> MiB</small><//>
    </dl>
    <${Progress} label=${t('run.step')} value=${run.step} max=${run.steps} />`;
}

function shown(name, value) {
  return name.endsWith('accuracy') ? percent(value) : number(value);
}

function Facts({ run }) {
  return html`
    <${Card} title=${t('run.actions')} hint=${t('run.actionsHint')}>
      ${run.actions.length ? html`<ol class="log">${run.actions.map(Action)}</ol>` : html`<p class="note">${t('run.noActions')}</p>`}<//>
    <${Card} title=${t('run.warnings')}>
      ${run.warnings.length
        ? html`<ul class="log">${run.warnings.map((text) => html`<li class="warning">${text}</li>`)}</ul>`
        : html`<p class="note">${t('run.noWarnings')}</p>`}<//>
    <${Card} title=${t('run.settings')}><${FactList} facts=${run.settings} /><//>
    <${Card} title=${t('run.provenance')}><${FactList} facts=${run.provenance} /><//>`;
}

function Action({ at, what, value, step }) {
  return html`<li key=${at}><span class="note">${t('run.step')} ${number(step)}</span>
    ${t('action.' + what, { value: value === null ? '' : number(Number(value)) })}
    <time class="note" datetime=${at}>${new Date(at).toLocaleTimeString(language())}</time></li>`;
}

function FactList({ facts }) {
  return html`<dl class="facts">${Object.entries(facts ?? {}).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>`,
  )}</dl>`;
}

/** Adds points to a series, those that it does not have yet: events come twice after a reload. */
function append(all, name, { x, y }) {
  const whole = (all[name] ??= { x: [], y: [] });
  const known = whole.x.at(-1) ?? 0;
  const first = x.findIndex((step) => step > known);
  if (first >= 0) {
    whole.x.push(...x.slice(first));
    whole.y.push(...y.slice(first));
  }
}

/** The run's series: loaded once, then longer with each event, drawn at most once a frame. */
function useSeries(id) {
  const all = useRef({});
  const [, redraw] = useState(0);
  const frame = useRef(0);
  const draw = () => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      redraw((n) => n + 1);
    });
  };
  const load = async () => {
    try {
      all.current = (await get(`api/runs/${encodeURIComponent(id)}/series?max=${POINTS}`)).series;
      draw();
    } catch (error) {
      toast(error.message);
    }
  };
  const add = ({ series }) => {
    Object.entries(series).forEach(([name, points]) => append(all.current, name, points));
    if (all.current.loss?.x.length > 2 * POINTS) {
      load();
    }
    draw();
  };
  const addEpoch = ({ epoch: { step, values } }) => {
    for (const [name, value] of Object.entries(values)) {
      append(all.current, name === 'loss' ? 'epoch.loss' : name, { x: [step], y: [value] });
    }
    draw();
  };
  useEffect(() => {
    load();
    return () => cancelAnimationFrame(frame.current);
  }, [id]);
  const dropped = ({ count }) => {
    toast(t('run.dropped', { n: count }));
    load();
  };
  return { all: all.current, listeners: { open: load, step: add, epoch: addEpoch, ended: load, dropped } };
}
