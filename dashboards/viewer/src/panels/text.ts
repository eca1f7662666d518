/** `text`: the part of Markdown that notes need: headings, lists, bold, italics, code, links. HTML stays text. */
import { el } from '../dom';
import type { MakeView } from './view';

export const text: MakeView = (panel, host) => ({
    draw() {
        const blocks = (panel.options?.content ?? '').split(/\n\s*\n/);
        host.replaceChildren(el('div.prose', {}, ...blocks.map(block)));
    },
});

function block(source: string): HTMLElement {
    const lines = source.trim().split('\n');
    const title = /^#{1,6} +(.*)$/.exec(lines[0]);
    if (title) return el('h3', {}, ...inline(title[1]));
    if (lines.every((line) => /^\s*[-*] /.test(line))) {
        return el('ul', {}, ...lines.map((line) => el('li', {}, ...inline(line.replace(/^\s*[-*] /, '')))));
    }
    return el('p', {}, ...inline(lines.join(' ')));
}

function inline(source: string): (Node | string)[] {
    const parts = source.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\))/);
    return parts.filter(Boolean).map((part) => {
        if (part.startsWith('**') && part.length > 4) return el('strong', {}, part.slice(2, -2));
        if (part.startsWith('*') && part.length > 2) return el('em', {}, part.slice(1, -1));
        if (part.startsWith('`') && part.length > 2) return el('code', {}, part.slice(1, -1));
        const link = /^\[([^\]]+)\]\(((?:https?:\/\/|\/)[^)\s]+)\)$/.exec(part);
        return link ? el('a', { href: link[2], rel: 'noopener' }, link[1]) : part;
    });
}
