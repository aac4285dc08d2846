// The preview of the settings "Aussehen" follows the colour fields; without this script a button does it.
const preview = document.getElementById("look-preview");
const fields = ["brand", "accent"].map((name) => document.querySelector(`input[name="${name}"]`));
let waiting;

const show = async () => {
  const query = new URLSearchParams(fields.map((field) => [field.name, field.value]));
  const answer = await fetch(`${preview.dataset.url}?${query}`, { headers: { Accept: "text/html" } });
  if (answer.ok) preview.innerHTML = await answer.text();
};

if (preview && fields.every(Boolean)) {
  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 200);
    });
  }
}
