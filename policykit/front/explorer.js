async function render({ model, el }) { el.textContent = "explorer"; }
const view = { render };
export default view;
