// Starts the app in its element.
import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { applyTheme } from "./ui/theme.ts";
import "./style/base.css";
import "./style/pages.css";

applyTheme();
const root = document.getElementById("app");
if (root) render(() => <App />, root);
