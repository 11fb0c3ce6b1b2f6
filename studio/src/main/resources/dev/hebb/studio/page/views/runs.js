import { html, Empty } from '../ui.js';
export default function Runs() { return html`<${Empty} title="x" />`; }
