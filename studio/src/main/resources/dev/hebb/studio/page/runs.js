// What is said about a run in more than one view.
import { html } from './ui.js';
import { addWords, isKnown, t } from './i18n.js';
import words from './runs.i18n.js';

addWords(words);

const kinds = {
  running: 'accent',
  paused: 'warn',
  finished: 'good',
  stopped: '',
  diverged: 'bad',
  interrupted: 'warn',
};

export function State({ state }) {
  return html`<span class=${'badge ' + kinds[state]} data-state=${state}>
    ${state === 'running' && html`<i class="pulse"></i>`}${t('state.' + state)}</span>`;
}

export function isLive(run) {
  return run.state === 'running' || run.state === 'paused';
}

/** What a value is called: Loss, Accuracy, Validation loss. */
export function nameOf(value) {
  const name = plainName(value);
  return name[0].toUpperCase() + name.slice(1);
}

function plainName(value) {
  const [, prefix, base] = value.match(/^(val|epoch)?\.?(.*)$/);
  const name = isKnown('value.' + base) ? t('value.' + base) : base;
  return prefix ? t('value.' + prefix, { name }) : name;
}

/** The best held-out value that is not a loss, or else the first: [name, value]. */
export function bestOf(run) {
  const best = Object.entries(run.best ?? {});
  return (
    best.find(([name]) => name.startsWith('val.') && name !== 'val.loss') ??
    best.find(([name]) => name.startsWith('val.')) ??
    best[0]
  );
}
