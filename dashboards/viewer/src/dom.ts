/** The only place that makes elements. Text is always text: labels and log lines come from strangers. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** `el('button.quiet', { type: 'button', onclick: save }, 'Save')`; false, null and undefined set no attribute. */
export function el<K extends keyof HTMLElementTagNameMap>(
    selector: K | `${K}.${string}`,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const [tag, ...classes] = selector.split('.');
    const made = document.createElement(tag as K);
    if (classes.length) made.className = classes.join(' ');
    return fill(made, attributes, children);
}

export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill<T extends Element>(made: T, attributes: Attributes, children: Child[]): T {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') made.addEventListener(name.slice(2), value);
        else if (value !== false && value !== null && value !== undefined) {
            made.setAttribute(name, value === true ? '' : String(value));
        }
    }
    made.append(
        ...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false),
    );
    return made;
}

/** Styles that depend on data. Set through the object model, which a policy without inline styles allows. */
export function styled<T extends HTMLElement | SVGElement>(element: T, styles: Record<string, string | number>): T {
    for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, String(value));
    return element;
}

const shapes: Record<string, string> = {
    refresh: 'M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7',
    theme: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
    leave: 'M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h11M17 8l4 4-4 4',
    help: 'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2M12 17.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
    info: 'M12 11v5M12 8v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
    bell: 'M6 17V11a6 6 0 1 1 12 0v6l1.5 1.5h-15zM10 21h4',
    clock: 'M12 7v5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
    down: 'M6 9.5l6 6 6-6',
    full: 'M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5',
    shrink: 'M4 9h5V4M20 9h-5V4M4 15h5v5M20 15h-5v5',
    copy: 'M9 9h10v11H9zM5 15V4h10',
    done: 'M5 13l4.5 4.5L19 7',
    back: 'M15 5l-7 7 7 7',
    forward: 'M9 5l7 7-7 7',
    wider: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5L21 21M7.5 10.5h6',
};

export function icon(name: keyof typeof shapes): SVGElement {
    return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: shapes[name] }));
}
