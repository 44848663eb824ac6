/** The few types of a browser that playwright-core's declarations name: the programs and their tests run in Node, without `lib.dom`. */
interface Node {}
interface HTMLElement {}
interface SVGElement {}
interface HTMLElementTagNameMap {}
