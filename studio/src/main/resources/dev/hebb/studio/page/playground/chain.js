// The chain rule of one unit as lines of formulas and numbers.
import { t } from '../i18n.js';

const DIGITS = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/** Six significant digits. */
export function num(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return value.toExponential(4).replace('-', '−').replace('e-', 'e−').replace('e+', 'e');
  }
  return String(Number(value.toPrecision(6))).replace('-', '−');
}

function bracketed(value) {
  return value < 0 ? `(${num(value)})` : num(value);
}

function index(n) {
  return String(n).replace(/\d/g, (digit) => DIGITS[digit]);
}

/**
 * The lines of a unit's forward pass, loss, backward pass and update: {left, formula, numbers or
 * given, value}. Numbers are what the server computed; formulas say from what.
 */
export function chain(told, at) {
  const layer = told.layers[at.layer];
  const unit = layer.units[at.unit];
  const isLast = at.layer === told.layers.length - 1;
  const below = at.layer
    ? told.layers[at.layer - 1].units.map((u, i) => ({ name: `a${index(i + 1)}`, value: u.a }))
    : told.inputs.map((input) => ({ name: input.label, value: input.value }));
  return {
    forward: forward(layer, unit, below),
    loss: isLast ? loss(told, at.unit) : null,
    backward: backward(told, at, layer, unit, below, isLast),
    update: update(told, unit),
  };
}

function forward(layer, unit, below) {
  const formula = below.map((x, i) => `w${index(i + 1)}·${x.name}`).join(' + ') + ' + b';
  const numbers = below.map((x, i) => `${bracketed(unit.weights[i].value)}·${bracketed(x.value)}`);
  return [
    { left: 'z', formula, numbers: [...numbers, bracketed(unit.bias.value)].join(' + '), value: unit.z },
    { left: 'a', formula: layer.formula, given: `z = ${num(unit.z)}`, value: unit.a },
  ];
}

function loss(told, output) {
  const { formula, value, targets } = told.loss;
  return [
    { left: 'y', formula: t('sum.target'), value: targets[output] },
    { left: 'J', formula, given: answers(told), value },
  ];
}

function answers(told) {
  const a = told.layers.at(-1).units.map((u) => num(u.a));
  const y = told.loss.targets.map(num);
  return a.length > 1 ? `a = [${a.join(', ')}], y = [${y.join(', ')}]` : `a = ${a[0]}, y = ${y[0]}`;
}

function backward(told, at, layer, unit, below, isLast) {
  const above = isLast ? [] : told.layers[at.layer + 1].units;
  const out = isLast
    ? { formula: told.loss.slope, given: answers(told) }
    : {
        formula: above.length > 1 ? 'Σₖ ∂J/∂zₖ · wₖ' : '∂J/∂z′ · w′',
        numbers: above.map((u) => `${bracketed(u.dJdz)}·${bracketed(u.weights[at.unit].value)}`).join(' + '),
      };
  return [
    { left: '∂J/∂a', ...out, value: unit.dJda },
    { left: '∂a/∂z', formula: layer.slope, given: `z = ${num(unit.z)}, a = ${num(unit.a)}`, value: unit.dadz },
    {
      left: '∂J/∂z',
      formula: '∂J/∂a · ∂a/∂z',
      numbers: `${bracketed(unit.dJda)}·${bracketed(unit.dadz)}`,
      value: unit.dJdz,
    },
    ...below.map((x, i) => ({
      left: `∂J/∂w${index(i + 1)}`,
      formula: `∂J/∂z · ${x.name}`,
      numbers: `${bracketed(unit.dJdz)}·${bracketed(x.value)}`,
      value: unit.weights[i].gradient,
    })),
    { left: '∂J/∂b', formula: '∂J/∂z · 1', value: unit.bias.gradient },
  ];
}

function update(told, unit) {
  const line = (left, name, w) => ({
    left,
    formula: `${name} − η·∂J/∂${name}`,
    numbers: `${num(w.value)} − ${num(told.rate)}·${bracketed(w.gradient)}`,
    value: w.next,
  });
  return [
    ...unit.weights.map((w, i) => line(`w${index(i + 1)}′`, `w${index(i + 1)}`, w)),
    line('b′', 'b', unit.bias),
    { left: 'J′', formula: t('sum.after.J'), value: told.loss.next },
  ];
}
