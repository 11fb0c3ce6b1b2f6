// The forward and the backward pass of one point, every number of the chain rule.
import { html, useEffect, useLayoutEffect, useRef, useState, Button, Card, Choice, Failure, Icon, Loading } from '../ui.js';
import { addWords, t } from '../i18n.js';
import { onTheme } from '../look.js';
import { useSession } from '../playground/session.js';
import { pointColour, shade, sharp } from '../playground/paint.js';
import { chain, num } from '../playground/chain.js';
import words from './arithmetic.i18n.js';
import play from './playground.i18n.js';

addWords(play);
addWords(words);

const PASSES = ['forward', 'loss', 'backward', 'update'];

export default function ArithmeticView({ query }) {
  const session = useSession();
  const [told, setTold] = useState(null);
  const [error, setError] = useState(null);
  const [pass, setPass] = useState('forward');
  const [at, setAt] = useState(null);
  const wanted = Number(query.point ?? 0);
  const point = session.state ? Math.min(wanted, session.state.points.y.length - 1) : wanted;
  const ask = () =>
    session.arithmetic(point).then(
      (answer) => {
        setTold(answer);
        setError(null);
      },
      (refusal) => setError(refusal),
    );
  useEffect(() => {
    if (session.state) {
      ask();
    }
  }, [session.state?.id, session.state?.update.build, point]);
  if (session.error || error) {
    return html`<${Failure} text=${(session.error ?? error).message} retry=${() => session.open()} />`;
  }
  if (!session.state || !told) {
    return html`<${Loading} />`;
  }
  const { points } = session.state;
  const layers = told.layers.length;
  const chosen = at && at.layer < layers && at.unit < told.layers[at.layer].units.length ? at : { layer: layers - 1, unit: 0 };
  const go = (next) => (location.hash = `#/arithmetic?point=${(next + points.y.length) % points.y.length}`);
  const step = async () => {
    await session.control('step', { steps: 1 });
    await ask();
  };
  const answer = points.classes.length
    ? t('play.class', { name: points.classes[points.y[point]] })
    : `y = ${num(points.y[point])}`;
  return html`<div class="arithmetic">
    <div class="page-head"><h1>${t('sum.title')}</h1>
      <div class="row"><a class="button" href="#/playground"><${Icon} name="playground" /><span>${t('sum.back')}</span></a>
        <${Button} icon="step" onClick=${step}>${t('sum.step')}<//></div></div>
    <p class="scene-text">${t('sum.intro')}</p>
    <div class="card play-bar">
      <div class="row"><${Button} icon="left" label=${t('sum.before')} onClick=${() => go(point - 1)} />
        <strong>${t('sum.point', { n: point })}</strong>
        <${Button} icon="right" label=${t('sum.after')} onClick=${() => go(point + 1)} />
        <span class="badge"><i class="dot" style=${{ background: pointColour(points.y[point], points.classes) }}></i>${answer}</span>
        ${told.isTest && html`<span class="badge">${t('sum.isTest')}</span>`}</div>
      <${Choice} label=${t('sum.pass')} value=${pass} options=${PASSES.map((p) => [p, t('sum.' + p)])} onChange=${setPass} />
      <span class="note">${t('sum.steps', { n: session.state.update.frame.step })}</span>
    </div>
    <div class="stack">
      <${Card} title=${t('sum.network')} hint=${t('sum.networkHint')}>
        <${Picture} told=${told} pass=${pass} chosen=${chosen} onChoose=${setAt} /><//>
      <${Card} title=${title(chosen, told)}>
        <${Chain} told=${told} pass=${pass} at=${chosen} onChoose=${setAt} onPass=${setPass} /><//>
    </div></div>`;
}

function title({ layer, unit }, told) {
  return layer === told.layers.length - 1
    ? told.layers[layer].units.length > 1
      ? t('sum.outputOf', { n: unit + 1 })
      : t('play.output')
    : t('play.unit', { unit: unit + 1, layer: layer + 1 });
}

/** What a node shows in a pass: its answer, the slope of the loss by it, or what a step changes. */
function shown(unit, pass) {
  switch (pass) {
    case 'forward':
    case 'loss':
      return ['a', unit.a];
    case 'backward':
      return ['∂J/∂z', unit.dJdz];
    default:
      return ['Δb', unit.bias.next - unit.bias.value];
  }
}

function Picture({ told, pass, chosen, onChoose }) {
  const frame = useRef(null);
  const canvas = useRef(null);
  const draw = () => drawLines(canvas.current, frame.current, told, pass, chosen);
  useLayoutEffect(draw);
  useEffect(() => {
    const observer = new ResizeObserver(draw);
    observer.observe(frame.current);
    const off = onTheme(draw);
    return () => {
      observer.disconnect();
      off();
    };
  });
  const isOn = (layer, unit) => layer === chosen.layer && unit === chosen.unit;
  return html`<div class="network-scroll"><div class="sum-net" ref=${frame}>
    <canvas class="network-lines" ref=${canvas}></canvas>
    <div class="sum-column" data-layer="in">${told.inputs.map(
      (input) => html`<div class="sum-node input" key=${input.label}><span>${input.label}</span><b>${num(input.value)}</b></div>`,
    )}</div>
    ${told.layers.map(
      ({ units, activation }, layer) => html`<div class="sum-column" data-layer=${layer} key=${layer}>
        ${units.map((unit, k) => {
          const [name, value] = shown(unit, pass);
          return html`<button type="button" key=${k} class="sum-node" aria-pressed=${isOn(layer, k)} data-unit=${k}
            onClick=${() => onChoose({ layer, unit: k })}><span>${name}<small>${activation}</small></span><b>${num(value)}</b></button>`;
        })}</div>`,
    )}
    <div class="sum-column" data-layer="loss"><div class=${pass === 'loss' ? 'sum-node loss on' : 'sum-node loss'}>
      <span>J</span><b>${num(told.loss.value)}</b></div></div>
  </div></div>`;
}

function drawLines(canvas, frame, told, pass, chosen) {
  const context = sharp(canvas, frame.offsetWidth, frame.offsetHeight);
  const origin = frame.getBoundingClientRect();
  const columns = [...frame.querySelectorAll('.sum-column')].map((column) =>
    [...column.children].map((node) => {
      const box = node.getBoundingClientRect();
      return { left: box.left - origin.left, right: box.right - origin.left, y: box.top - origin.top + box.height / 2 };
    }),
  );
  const line = (from, to, value, isOn) => {
    const bend = (to.left - from.right) / 2;
    context.beginPath();
    context.moveTo(from.right, from.y);
    context.bezierCurveTo(from.right + bend, from.y, to.left - bend, to.y, to.left, to.y);
    context.lineWidth = 0.5 + Math.min(4, 1.5 * Math.sqrt(Math.abs(value)));
    context.globalAlpha = isOn ? 0.9 : 0.22;
    context.strokeStyle = shade(Math.sign(value) * 0.9 || 0.3);
    context.stroke();
  };
  told.layers.forEach(({ units }, layer) =>
    units.forEach((unit, j) =>
      unit.weights.forEach((w, i) => {
        // Forward, what comes in counts; backward, what goes out does.
        const into = layer === chosen.layer && j === chosen.unit;
        const outOf = layer === chosen.layer + 1 && i === chosen.unit;
        const isOn = pass === 'backward' ? outOf || into : into;
        line(columns[layer][i], columns[layer + 1][j], pass === 'forward' || pass === 'loss' ? w.value : scaled(w, pass), isOn);
      }),
    ),
  );
  const last = columns.length - 1;
  columns[last - 1].forEach((from, k) => line(from, columns[last][0], 1, chosen.layer === last - 2 && chosen.unit === k));
  context.globalAlpha = 1;
}

function scaled(w, pass) {
  return pass === 'backward' ? w.gradient * 4 : -w.gradient * 4;
}

function Chain({ told, pass, at, onChoose, onPass }) {
  const parts = chain(told, at);
  const columns = [parts.loss ? ['forward', 'loss'] : ['forward'], ['backward'], ['update']];
  return html`<div class="chain">${columns.map(
    (names) => html`<div key=${names[0]}>${names.map(
      (name) => html`<section key=${name} class=${name === pass ? 'on' : ''} data-part=${name}>
      <h3><button type="button" class="link" onClick=${() => onPass(name)}>${t('sum.' + name)}</button></h3>
      ${parts[name].map(
        (row, i) => html`<div class="equation" key=${i}><code class="left">${row.left}</code>
          <div>${row.formula && html`<code class="formula">= ${row.formula}</code>`}
            ${row.given && html`<code class="formula">(${row.given})</code>`}
            ${row.numbers && html`<code class="numbers">= ${row.numbers}</code>`}
            <code class="result" data-value=${row.value}>= <b>${num(row.value)}</b></code></div></div>`,
      )}
      ${name === 'backward' && at.layer < told.layers.length - 1 && html`<p class="note comes">${t('sum.comes')} ${told.layers[at.layer + 1].units.map(
        (_, k) => html`<button type="button" class="link" key=${k} onClick=${() => onChoose({ layer: at.layer + 1, unit: k })}>
          ${title({ layer: at.layer + 1, unit: k }, told)}</button> `,
      )}</p>`}
    </section>`,
    )}</div>`,
  )}</div>`;
}
