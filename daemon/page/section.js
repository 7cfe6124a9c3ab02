// The section of the bulletin: fetched when it comes into view, or when asked for; copied with one press.
import { say } from './dom.js';
import { moment } from './format.js';
import { language, t } from './words.js';

const by = (id) => document.getElementById(id);

export class Section {
  constructor() {
    this.shown = by('section');
    this.state = by('section-state');
    this.copy = by('copy');
    this.asked = 0;
    this.chosen = false;  // the section's language: until then it is the page's
    by('section-language').value = language();
    by('section-language').addEventListener('change', () => { this.chosen = true; });
    by('section-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.load();
    });
    for (const id of ['section-hours', 'section-language', 'section-format']) by(id).addEventListener('change', () => this.load());
    this.copy.addEventListener('click', () => this.copyText());
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      this.load();
    }, { rootMargin: '200px' });
    seen.observe(this.shown);
  }

  async load() {
    const asked = ++this.asked;
    this.tell('section_loading');
    const query = new URLSearchParams({ hours: by('section-hours').value, lang: by('section-language').value,
      format: by('section-format').value });
    try {
      const answer = await fetch(`/api/v1/section?${query}`);
      const text = await answer.text();
      if (asked !== this.asked) return;
      if (!answer.ok) throw new Error(text.trim());
      say(this.shown, text);
      this.copy.disabled = false;
      const computed = Date.now();
      this.tell('section_at', () => moment(computed));
    } catch (error) {
      if (asked === this.asked) this.tell('section_failed', error.message);
    }
  }

  async copyText() {
    try {
      // Only a secure origin, or localhost, has a clipboard.
      if (navigator.clipboard) await navigator.clipboard.writeText(this.shown.textContent);
      else if (!this.select() || !document.execCommand('copy')) throw new Error('refused');
      this.tell('copied');
    } catch {
      this.select();
      this.tell('copy_failed');
    }
  }

  select() {
    const range = document.createRange();
    range.selectNodeContents(this.shown);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return true;
  }

  /** `value`: what is told of the key; a function where the language or the time zone may change it. */
  tell(key, value) {
    this.told = [key, value];
    say(this.state, t(key, typeof value === 'function' ? value() : value));
  }

  /** Another time zone, or language of the page, which the section's follows until one was chosen beside it. */
  translate() {
    if (this.told) this.tell(...this.told);
    const choice = by('section-language');
    if (this.chosen || choice.value === language()) return;
    choice.value = language();
    if (this.asked > 0) this.load();
  }
}
