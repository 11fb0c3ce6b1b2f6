// Preact with htm: html`<div>…</div>` makes elements, without a compiler.
import { h } from './vendor/preact.js';
import htm from './vendor/htm.js';

export { createContext, render } from './vendor/preact.js';
export {
  useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from './vendor/hooks.js';

export const html = htm.bind(h);
