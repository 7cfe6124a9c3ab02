// Making and changing elements. What comes from outside enters as text alone: there is no innerHTML here or elsewhere.

/** el('td', {class: 'n', title: 'words'}, 'text', otherElement) */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Sets an attribute where it differs; null and false remove it. */
export function set(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Touches the page only where something changes: what is selected or read aloud stays as it is. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The children of `parent`, one for each item, kept by key: `make()` gives one, `update(row, item)` fills it. */
export class Rows {
  constructor(parent, make, update) {
    this.parent = parent;
    this.make = make;
    this.update = update;
    this.rows = new Map();
    const after = (parent.closest('.scroll') ?? parent).nextElementSibling;
    this.empty = after?.classList.contains('empty') ? after : null;  // what stands there where there is none
  }

  /** `changed`: keys to be filled anew; null: all. */
  show(items, keyOf, changed = null) {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    let place = this.parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      let row = this.rows.get(key);
      const fresh = !row;
      if (fresh) this.rows.set(key, row = this.make(item));
      if (fresh || !changed || changed.has(key)) this.update(row, item);
      if (row === place) {
        place = place.nextElementSibling;
      } else {
        this.parent.insertBefore(row, place);
      }
    }
    if (this.empty) this.empty.hidden = items.length > 0;
  }
}
