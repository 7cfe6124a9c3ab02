// Before the first paint: the reader's own theme and language, lest the page flashes in others.
(() => {
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;  // storage may be switched off
    }
  };
  const root = document.documentElement;
  const theme = kept('foghorn.theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const language = kept('foghorn.language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
})();
