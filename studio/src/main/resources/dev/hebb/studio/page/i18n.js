// Words in English and Chinese. Each view adds a table of its own with addWords.
import refusals from './refusals.js';
import shell from './shell.i18n.js';

export const languages = [
  ['en', 'English'],
  ['zh', '中文'],
];

const words = { en: {}, zh: {} };
const listeners = new Set();
let current = localStorage.getItem('hebb.language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

addWords(shell);

/** Adds a table {en: {key: text}, zh: {key: text}}; both languages have the same keys. */
export function addWords(table) {
  Object.assign(words.en, table.en);
  Object.assign(words.zh, table.zh);
}

/** The text of a key in the page's language, with {name} replaced from values. */
export function t(key, values = {}) {
  const text = words[current][key] ?? words.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A sentence of the server in the page's language; one without a translation stays English. */
export function said(english) {
  if (current === 'zh') {
    for (const [sentence, chinese] of refusals) {
      const parts = sentence.split(/\{(\w+)\}/); // what stands fast and the names of the blanks in turn
      const found = parts.reduce((rest, part, i) => rest + (i % 2 ? `(?<${part}>.*)` : part.replace(/[^\w\s]/g, '\\$&')), '');
      const match = new RegExp(`^${found}$`, 's').exec(english);
      if (match) {
        return chinese.replace(/\{(\w+)\}/g, (_, name) => match.groups[name]);
      }
    }
  }
  return english;
}

/** Whether there is a text for a key; names that come from a program have one only sometimes. */
export function isKnown(key) {
  return key in words.en;
}

export function language() {
  return current;
}

export function setLanguage(name) {
  current = name;
  localStorage.setItem('hebb.language', name);
  listeners.forEach((listener) => listener());
}

/** Calls back after each change of the language; gives a function that ends this. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
