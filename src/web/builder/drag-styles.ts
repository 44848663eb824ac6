/**
 * dnd-kit writes its rules into `<style>` elements, which the page's content security policy forbids. They stand in
 * `style/drag.css` instead, and nothing is injected.
 */
import { StyleInjector } from '@dnd-kit/dom';

StyleInjector.prototype.register = () => () => undefined;
