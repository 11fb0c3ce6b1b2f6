// A small network on points of the plane, changed by clicking and drawn while it learns.
import { html, useEffect, useRef, useState, Button, Card, Failure, Icon, Loading, Slider, toast } from '../ui.js';
import { addWords, t } from '../i18n.js';
import { grouped } from '../format.js';
import { useFrames, useSession } from '../playground/session.js';
import { Network } from '../playground/network.js';
import { Output } from '../playground/output.js';
import { Exports, Knobs, Problems } from '../playground/controls.js';
import words from './playground.i18n.js';

addWords(words);

/** Steps a second that the slider offers. */
const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 100000];

export default function PlaygroundView() {
  const session = useSession();
  const [draft, setDraft] = useState(null);
  const [focus, setFocus] = useState(null);
  useEffect(() => setDraft(null), [session.state?.update.build]);
  if (session.error) {
    return html`<${Failure} text=${session.error.message} retry=${() => session.open()} />`;
  }
  if (!session.state) {
    return html`<${Loading} />`;
  }
  const settings = draft ?? session.state.settings;
  const guarded = (promise) =>
    promise.catch((error) => {
      setDraft(null);
      toast(error.message);
    });
  const change = (next) => {
    setDraft(next);
    guarded(session.change(next));
  };
  return html`<div class="playground">
    <div class="page-head"><h1>${t('play.title')}</h1>
      <div class="row"><a class="button" href="#/arithmetic"><${Icon} name="arithmetic" /><span>${t('play.arithmetic')}</span></a>
        <${Exports} session=${session} /></div></div>
    <${Scenes} scenes=${session.options.scenes} current=${matching(session)} onPick=${(id) => guarded(session.show(id))} />
    <${Bar} session=${session} guarded=${guarded} onReset=${() => change({ ...settings })} />
    <div class="play-grid">
      <div class="stack">
        <${Problems} session=${session} settings=${settings} onChange=${change} />
        <${Card}><${Network} session=${session} settings=${settings} onChange=${change} focus=${setFocus} /><//>
      </div>
      <div class="play-out"><${Output} session=${session} focus=${focus}
        onPick=${(point) => (location.hash = `#/arithmetic?point=${point}`)} /></div>
      <${Knobs} session=${session} settings=${settings} onChange=${change} />
    </div></div>`;
}

/** The scene whose settings these are, if any. */
function matching({ options, state }) {
  const text = JSON.stringify(state.settings);
  return options.scenes.find((s) => JSON.stringify(s.settings) === text)?.id;
}

function Scenes({ scenes, current, onPick }) {
  const cure = current && scenes.find((s) => s.id === current + 'Cure');
  return html`<section class="scenes" aria-label=${t('play.scenes')}>
    <div class="scene-list">${scenes.map(
      ({ id }) => html`<button key=${id} type="button" class="scene" data-scene=${id} aria-pressed=${id === current}
        onClick=${() => onPick(id)}>${t(`scene.${id}`)}</button>`,
    )}</div>
    ${current && html`<p class="scene-text" aria-live="polite">${t(`scene.${current}.text`)}
      ${cure && html` <button type="button" class="link" onClick=${() => onPick(cure.id)}>${t(`scene.${cure.id}`)} →</button>`}</p>`}
  </section>`;
}

function Bar({ session, guarded, onReset }) {
  const { update } = session.state;
  const step = useRef(null);
  const epoch = useRef(null);
  useFrames(({ update: { frame } }) => {
    step.current.textContent = grouped(frame.step);
    epoch.current.textContent = frame.epoch < 10 ? frame.epoch.toFixed(1) : grouped(frame.epoch);
  }, []);
  const speed = closest(update.speed);
  const run = (index) => guarded(session.control('run', { speed: SPEEDS[index] }));
  const pace = (index) => guarded(session.control(update.isRunning ? 'run' : 'pause', { speed: SPEEDS[index] }));
  return html`<div class="card play-bar">
    <div class="row">
      <${Button} icon="restart" label=${t('play.reset')} onClick=${onReset} />
      <${Button} kind="primary run" icon=${update.isRunning ? 'pause' : 'play'} disabled=${update.isDiverged}
        onClick=${() => (update.isRunning ? guarded(session.control('pause')) : run(speed))}>
        ${update.isRunning ? t('play.pause') : t('play.run')}<//>
      <${Button} icon="step" disabled=${update.isDiverged} onClick=${() => guarded(session.control('step', { steps: 1 }))}>${t('play.step')}<//>
    </div>
    <dl class="row counts"><div><dt>${t('play.steps')}</dt><dd ref=${step} data-count="step"></dd></div>
      <div><dt>${t('play.epochs')}</dt><dd ref=${epoch} data-count="epoch"></dd></div></dl>
    <div class="speed"><${Slider} label=${t('play.speed')} value=${speed} min=${0} max=${SPEEDS.length - 1} step=${1}
      shown=${(i) => (i === SPEEDS.length - 1 ? t('play.fullSpeed') : t('play.perSecond', { n: grouped(SPEEDS[i]) }))} onInput=${pace} /></div>
    ${update.isDiverged && html`<p class="badge bad" role="alert">${t('play.diverged')}</p>`}
  </div>`;
}

function closest(speed) {
  let best = 0;
  SPEEDS.forEach((s, i) => {
    if (Math.abs(Math.log(s / speed)) < Math.abs(Math.log(SPEEDS[best] / speed))) {
      best = i;
    }
  });
  return best;
}
