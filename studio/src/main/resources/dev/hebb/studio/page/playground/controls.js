// What is learnt from, and how: the playground's controls.
import { html, useEffect, useRef, useState, Button, Card, Icon, Select, Slider, toast } from '../ui.js';
import { said, t } from '../i18n.js';
import { onTheme } from '../look.js';
import { number, percent } from '../format.js';
import { pointColour, sharp } from './paint.js';

const THUMBNAIL = 52;
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 0.5, 1, 2, 3, 10];
const STRENGTHS = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

/** What there is to learn, to choose from. */
export function Problems({ session, settings, onChange }) {
  const { data } = settings;
  const { problems, limits } = session.options;
  return html`<div class="card problems" role="group" aria-label=${t('play.data')}>
    ${problems
      .filter((p) => p.id !== 'OWN')
      .map((p) => html`<${Problem} key=${p.id} problem=${p} reach=${limits.reach} isOn=${p.id === data.problem}
        onClick=${() => onChange({ ...settings, data: { ...data, problem: p.id } })} />`)}
    <${Own} session=${session} isOn=${data.problem === 'OWN'} /></div>`;
}

function Problem({ problem, reach, isOn, onClick }) {
  const canvas = useRef(null);
  const classes = ['PLANE', 'HILLS'].includes(problem.id) ? [] : ['0', '1'];
  const paint = () => {
    const context = sharp(canvas.current, THUMBNAIL, THUMBNAIL);
    const scale = THUMBNAIL / (2 * reach);
    problem.y.forEach((y, i) => {
      context.beginPath();
      context.arc((problem.x1[i] + reach) * scale, (reach - problem.x2[i]) * scale, 1.8, 0, 2 * Math.PI);
      context.fillStyle = pointColour(y, classes);
      context.fill();
    });
  };
  useEffect(() => {
    paint();
    return onTheme(paint);
  }, []);
  return html`<button type="button" class="problem" data-problem=${problem.id} aria-pressed=${isOn} onClick=${onClick}>
    <canvas ref=${canvas}></canvas><span>${t('play.problem.' + problem.id)}</span></button>`;
}

/** The user's own points, as a file or pasted. */
function Own({ session, isOn }) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const file = useRef(null);
  const load = async (csv) => {
    try {
      await session.load(csv);
      setError('');
      setOpen(false);
    } catch (refusal) {
      setError(refusal.message);
    }
  };
  const read = async (event) => {
    const [chosen] = event.target.files;
    event.target.value = '';
    if (chosen) {
      const csv = await chosen.text();
      setText(csv);
      await load(csv);
    }
  };
  return html`
    <button type="button" class="problem own" aria-pressed=${isOn} aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      <i><${Icon} name="upload" size=${22} /></i><span>${t('play.own')}</span></button>
    ${isOpen && html`<div class="own-form stack tight">
      <p class="note">${t('play.ownHint')}</p>
      <textarea rows="5" aria-label=${t('play.ownText')} placeholder=${'age,income,class\n35,2100,yes\n52,4800,no\n…'}
        value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
      ${error && html`<p class="own-error" role="alert">${error}</p>`}
      <div class="row">
        <${Button} kind="primary" disabled=${!text.trim()} onClick=${() => load(text)}>${t('play.ownLoad')}<//>
        <${Button} icon="upload" onClick=${() => file.current.click()}>${t('play.ownFile')}<//>
        <input type="file" class="only-heard" tabindex="-1" aria-label=${t('play.ownFile')} accept=".csv,.txt,.tsv,text/csv,text/plain"
          ref=${file} onChange=${read} /></div>
    </div>`}`;
}

/** All that is set beside the network's layers. */
export function Knobs(props) {
  return html`<div class="stack"><${Learning} ...${props} /><${Data} ...${props} /></div>`;
}

function Data({ session, settings, onChange }) {
  const { data, learning } = settings;
  const change = (part) => onChange({ ...settings, data: { ...data, ...part } });
  return html`<${Card} title=${t('play.data')} hint=${t('play.dataHint')}>
    <div class="control-grid">
      ${data.problem !== 'OWN' && html`<${Slider} label=${t('play.points')} value=${data.points} min=${20}
        max=${session.options.limits.points} step=${20} onInput=${(points) => change({ points })} />`}
      <${Slider} label=${t('play.noise')} value=${data.noise} min=${0} max=${1} step=${0.05}
        shown=${(v) => v.toFixed(2)} onInput=${(noise) => change({ noise })} />
      <${Slider} label=${t('play.testShare')} value=${data.testShare} min=${0.1} max=${0.9} step=${0.1}
        shown=${(v) => percent(v, 0)} onInput=${(testShare) => change({ testShare })} />
      <${Slider} label=${t('play.batch')} value=${learning.batch} min=${1} max=${50} step=${1}
        onInput=${(batch) => onChange({ ...settings, learning: { ...learning, batch } })} />
    </div><//>`;
}

function Learning({ session, settings, onChange }) {
  const { options, state } = session;
  const { learning, restraint, layout } = settings;
  const classes = state.points.classes.length;
  const fits = (o) => (classes === 0 ? o.ofNumbers : classes === 2 ? o.ofTwo : o.ofSeveral);
  const learn = (part) => onChange({ ...settings, learning: { ...learning, ...part } });
  const restrain = (part) => onChange({ ...settings, restraint: { ...restraint, ...part } });
  const lay = (part) => onChange({ ...settings, layout: { ...layout, ...part } });
  const isFixed = options.objectives.find((o) => o.id === learning.objective)?.wantsLinearOutput;
  const named = (kind, ids) => ids.map((id) => [id, t(`play.${kind}.${id}`)]);
  return html`<${Card} title=${t('play.learning')} hint=${t('play.learningHint')}>
    <div class="control-grid">
      <${Select} label=${t('play.rate')} value=${String(learning.rate)} options=${withValue(RATES, learning.rate)}
        onChange=${(v) => learn({ rate: Number(v) })} />
      <${Select} label=${t('play.rule')} value=${learning.rule} options=${named('rule', options.rules)}
        onChange=${(rule) => learn({ rule })} />
      <${Select} label=${t('play.objective')} value=${learning.objective}
        options=${named('objective', options.objectives.filter(fits).map((o) => o.id))} onChange=${(objective) => learn({ objective })} />
      <${Select} label=${t('play.outputActivation')} value=${layout.output} disabled=${isFixed}
        options=${options.activations.filter((a) => ['LINEAR', 'TANH', 'SIGMOID'].includes(a.id)).map((a) => [a.id, a.label])}
        onChange=${(output) => lay({ output })} />
      <${Select} label=${t('play.start')} value=${layout.start} options=${named('start', options.starts)}
        onChange=${(start) => lay({ start })} />
      <${Select} label=${t('play.penalty')} value=${restraint.penalty} options=${named('penalty', options.penalties)}
        onChange=${(penalty) => restrain({ penalty, strength: penalty === 'NONE' ? 0 : restraint.strength || 0.01 })} />
      <${Select} label=${t('play.strength')} value=${String(restraint.strength)} disabled=${restraint.penalty === 'NONE'}
        options=${withValue(STRENGTHS, restraint.strength)} onChange=${(v) => restrain({ strength: Number(v) })} />
      <${Slider} label=${t('play.dropout')} value=${restraint.dropout} min=${0} max=${0.8} step=${0.1}
        shown=${(v) => percent(v, 0)} onInput=${(dropout) => restrain({ dropout })} />
      <${Select} label=${t('play.allActivations')} value=${common(layout.hidden)} disabled=${!layout.hidden.length}
        options=${[...(common(layout.hidden) ? [] : [['', '…']]), ...options.activations.map((a) => [a.id, a.label])]}
        onChange=${(activation) => lay({ hidden: layout.hidden.map((h) => ({ ...h, activation })) })} />
      <label class="field"><span>${t('play.seed')}</span><span class="row seed">
        <input type="number" min="0" max="999999" step="1" value=${settings.seed}
          onChange=${(event) => onChange({ ...settings, seed: Math.max(0, Math.round(Number(event.target.value))) })} />
        <${Button} icon="reset" label=${t('play.newSeed')}
          onClick=${() => onChange({ ...settings, seed: (settings.seed % 999999) + 1 })} /></span></label>
    </div>
  <//>`;
}

function common(hidden) {
  const all = new Set(hidden.map((h) => h.activation));
  return all.size === 1 ? [...all][0] : '';
}

/** Numbers to choose from, with the one that is chosen even if it is not among them. */
function withValue(values, value) {
  return [...new Set([...values, value])].sort((a, b) => a - b).map((v) => [String(v), number(v)]);
}

/** Downloads the network as a program or a model file. */
export function Exports({ session }) {
  const save = async (what, file) => {
    try {
      const response = await fetch(session.address(what));
      if (!response.ok) {
        throw new Error(said((await response.json()).error));
      }
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await response.blob());
      link.download = file;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      toast(error.message);
    }
  };
  return html`<${Button} icon="code" onClick=${() => save('java', 'Playground.java')}>${t('play.java')}<//>
    <${Button} icon="download" onClick=${() => save('onnx', 'playground.onnx')}>${t('play.onnx')}<//>`;
}
