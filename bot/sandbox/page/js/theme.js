/** Light and dark: as the system wants, until the member says otherwise. */

const root = document.documentElement;

export function startTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.theme = localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
  };
  system.addEventListener("change", apply);
  apply();
}

export function toggleTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}
