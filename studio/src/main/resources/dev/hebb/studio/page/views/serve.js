// A model server's page: the model is tried on a drawing, a picture, a form or numbers.
import { html, useEffect, useRef, useState, Button, Card, Failure, Loading, Select, TextField, toast, useLoaded } from '../ui.js';
import { said, t } from '../i18n.js';
import { get } from '../api.js';
import { ago, number, percent } from '../format.js';
import { Board } from '../board.js';

const PREDICT = 'v1/predict';

export default function Serve() {
  const model = useLoaded(() => get('v1/model'), []);
  if (!model.data) {
    return model.error ? html`<${Failure} text=${model.error.message} retry=${model.reload} />` : html`<${Loading} />`;
  }
  const { name, version, loaded, problem } = model.data;
  return html`
    <div class="page-head"><div><h1>${name}</h1>
      <p class="note">${t('serve.version', { version })} · ${t('serve.since', { time: ago(loaded) })}</p></div></div>
    ${problem && html`<p class="problem" role="alert">${t('serve.problem', { problem })}</p>`}
    <div class="stack">
      <${Try} model=${model.data} />
      <div class="columns" style=${{ '--least': '400px' }}><${Program} model=${model.data} /><${About} model=${model.data} /></div>
    </div>`;
}

function Try({ model }) {
  const ask = useAsking();
  const kinds = { image: Picture, table: Form, numbers: Numbers };
  return html`<${kinds[model.input.kind]} model=${model} ask=${ask} />`;
}

/** Asks the model, one question at a time; of those that come meanwhile only the newest is kept. */
function useAsking() {
  const [state, setState] = useState({ sheet: 0 });
  const busy = useRef(false);
  const next = useRef(null);
  const send = async (type, body) => {
    if (busy.current) {
      next.current = [type, body];
      return;
    }
    busy.current = true;
    const change = await question(type, body);
    busy.current = false;
    setState((before) => ({ ...before, ...change }));
    if (next.current) {
      const waiting = next.current;
      next.current = null;
      send(...waiting);
    }
  };
  const clear = () => {
    next.current = null;
    setState(({ sheet }) => ({ sheet: sheet + 1 }));
  };
  return { ...state, send, clear };
}

async function question(type, body) {
  const start = performance.now();
  try {
    const response = await fetch(PREDICT, { method: 'POST', headers: { 'Content-Type': type }, body });
    const answer = await response.json();
    return response.ok
      ? { answer: answer.predictions[0], milliseconds: performance.now() - start, error: null }
      : { error: said(answer.error) };
  } catch {
    return { error: t('offline') };
  }
}

function Picture({ model, ask }) {
  const [shown, setShown] = useState(null);
  const draw = (picture) => png(picture).then((file) => ask.send('image/png', file));
  const upload = (file) => {
    if (file) {
      setShown((before) => {
        URL.revokeObjectURL(before);
        return URL.createObjectURL(file);
      });
      ask.send(file.type, file);
    }
  };
  const clear = () => {
    setShown(null);
    ask.clear();
  };
  return html`<${Card} title=${t('serve.try')} hint=${t('serve.drawHint')}
    actions=${html`<label class="button plain upload"><input type="file" class="only-heard" accept=${pictures(model)}
        onChange=${(event) => upload(event.target.files[0])} /><span>${t('serve.upload')}</span></label>
      <${Button} icon="reset" onClick=${clear}>${t('serve.clear')}<//>`}>
    <div class="pad">${shown
      ? html`<img class="shown" src=${shown} alt="" />`
      : html`<${Board} key=${ask.sheet} onDraw=${draw} />`}
      <${Answer} ask=${ask} model=${model} empty=${t('serve.nothing')} /></div><//>`;
}

function pictures(model) {
  return model.input.accepts.filter((type) => type.startsWith('image/')).join(',');
}

/** The ink of a board as a PNG file: light on black. */
function png({ width, height, pixels }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  pixels.forEach((ink, i) => image.data.set([ink, ink, ink, 255], 4 * i));
  context.putImageData(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function Form({ model, ask }) {
  const { columns } = model.input;
  const [values, setValues] = useState(() => example(columns));
  const send = (row) => ask.send('application/json', JSON.stringify({ input: row }));
  useEffect(() => void send(values), []);
  const change = (name) => (value) => {
    const row = { ...values, [name]: value };
    setValues(row);
    send(row);
  };
  return html`<${Card} title=${t('serve.try')}><div class="stack">
    <div class="columns form" style=${{ '--least': '150px' }}>${columns.map(({ name, kind, categories, required }) =>
      kind === 'category'
        ? html`<${Select} key=${name} label=${name} value=${values[name]} onChange=${change(name)}
            options=${required ? categories : [['', t('serve.unknown')], ...categories.map((c) => [c, c])]} />`
        : html`<${TextField} key=${name} label=${name} value=${values[name]} inputmode="decimal" onInput=${change(name)} />`,
    )}</div>
    <${Answer} ask=${ask} model=${model} /></div><//>`;
}

/** The first category of each column, and the mean of each number. */
function example(columns) {
  return Object.fromEntries(
    columns.map(({ name, kind, categories, mean }) => [name, kind === 'category' ? categories[0] : Number(mean.toPrecision(3))]),
  );
}

function Numbers({ model, ask }) {
  const { shape } = model.input;
  const [text, setText] = useState(() => JSON.stringify(zeros(shape)));
  const [wrong, setWrong] = useState(false);
  const send = (value) => {
    setText(value);
    try {
      ask.send('application/json', JSON.stringify({ input: JSON.parse(value) }));
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  useEffect(() => send(text), []);
  const label = t('serve.numbers', { shape: JSON.stringify(shape) });
  return html`<${Card} title=${t('serve.try')}><div class="stack">
    <label class="field"><span>${label}</span>
      <textarea rows="4" spellcheck=${false} value=${text} onInput=${(event) => send(event.target.value)}></textarea></label>
    ${wrong ? html`<p class="note" role="alert">${t('serve.notJson')}</p>` : html`<${Answer} ask=${ask} model=${model} />`}</div><//>`;
}

function zeros([n, ...rest]) {
  return n === undefined ? 0 : Array.from({ length: n }, () => zeros(rest));
}

function Answer({ ask: { answer, error, milliseconds }, model, empty }) {
  if (error) {
    return html`<p class="problem" role="alert">${error}</p>`;
  }
  if (!answer) {
    return html`<p class="note">${empty}</p>`;
  }
  const took = html`<span class="note">${t('serve.took', { ms: number(milliseconds) })}</span>`;
  if (answer.values) {
    return html`<div class="stack" aria-live="polite"><div class="row apart">
      <span class="answer" data-answer>${answer.values.slice(0, 20).map(number).join('  ')}</span>${took}</div>
      <span class="note">${model.output.name}</span></div>`;
  }
  return html`<div class="stack" aria-live="polite">
    <div class="row apart"><span class="answer" data-answer>${answer.label}</span>${took}</div>
    <dl class="bars">${Object.entries(answer.probabilities).map(([label, share]) => html`<${Bar} key=${label}
      label=${label} share=${share} best=${label === answer.label} />`)}</dl></div>`;
}

function Bar({ label, share, best }) {
  const name = best ? 'best' : '';
  return html`<dt class=${name}>${label}</dt>
    <dd class=${name}><i style=${{ width: share * 100 + '%' }}></i></dd><dd class="right">${percent(share)}</dd>`;
}

function Program({ model }) {
  const text = command(model);
  const copy = () => navigator.clipboard.writeText(text).then(() => toast(t('serve.copied')), (error) => toast(error.message));
  return html`<${Card} title=${t('serve.program')} hint=${t('serve.programHint')}
      actions=${html`<${Button} onClick=${copy}>${t('serve.copy')}<//>`}>
    <pre class="command" tabindex="0"><code>${text}</code></pre><//>`;
}

function command({ input }) {
  const address = new URL(PREDICT, location.href).href;
  if (input.kind === 'image') {
    return `curl -H 'Content-Type: image/png' \\\n  --data-binary @picture.png \\\n  ${address}`;
  }
  const one = input.kind === 'table' ? example(input.columns) : zeros(input.shape);
  return `curl -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify({ input: one })}' \\\n  ${address}`;
}

function About({ model: { input, output, limits, provenance } }) {
  const shape = (dims) => '[' + dims.join(', ') + ']';
  const reads =
    input.kind === 'image'
      ? t('serve.image', { ...input.image, colours: t(input.image.channels === 1 ? 'serve.grey' : 'serve.colour') })
      : input.kind === 'table'
        ? t('serve.table', { n: input.columns.length })
        : t('serve.values', { shape: shape(input.shape) });
  const answers =
    output.kind === 'classes'
      ? t('serve.classes', { n: output.labels.length, labels: output.labels.join(', ') })
      : t('serve.values', { shape: shape(output.shape) });
  const facts = [
    [t('serve.reads'), reads],
    [t('serve.answers'), answers],
    [t('serve.data'), provenance?.data],
    ...Object.entries(provenance?.settings ?? {}),
    ...Object.entries(provenance?.metrics ?? {}).map(([name, value]) => [name, number(value)]),
    [t('serve.limits'), t('serve.limit', { examples: limits.examples, mib: number(limits.bytes / 2 ** 20) })],
  ];
  return html`<${Card} title=${t('serve.about')}>
    <dl class="facts">${facts.filter(([, value]) => value).map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`)}
      <dt>${t('serve.links')}</dt>
      <dd>${['openapi.json', 'metrics', 'health'].map((path) => html`<a href=${path}>${path}</a> `)}</dd></dl><//>`;
}
