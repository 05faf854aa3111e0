/** Shapes that the build, the runtime and the Python harness share. */

export interface ComponentConfig {
  usingComponents: Record<string, string>;
  componentGenerics?: Record<string, { default?: string } | true>;
  styleIsolation?: string;
  addGlobalClass?: boolean;
  navigationBarTitleText?: string;
  enablePullDownRefresh?: boolean;
  [name: string]: any;
}

/** What build/program.mjs writes into `window.__PROGRAM`. */
export interface Program {
  app: any;
  pages: string[];
  components: Record<string, { config: ComponentConfig; isPage: boolean }>;
  styles: Record<string, string>;
  scripts: Record<string, string>;
  requires: Record<string, Record<string, string>>;
  pictures: Record<string, string>;
  templates: Record<string, any>;
  builtIns: Record<string, any>;
}

/** What the harness says about the phone at a start, in `window.__PHONE`. */
export interface Phone {
  url: string;
  entrance: number;
  who: string;
  /** Counter of wx.login codes handed out so far on this phone. */
  logins: number;
  letterScale: number;
  online: boolean;
  privacyAgreed: boolean;
  storageFull: boolean;
  /** Origin of the program's own server in the develop version; requests to it go to our server. */
  home: string;
  appId: string;
  answers: Record<string, Answer>;
}

/** How a scripted `wx.*` call ends: values in turn, the last one for ever. */
export interface Answer {
  ok: boolean;
  values: any[];
}

export interface RequestRecord {
  method: string;
  path: string;
  status: number | null;
  key: string | null;
  body: string | null;
  signed_in: boolean;
}

/** One page on the stack. */
export interface OpenPage {
  route: string;
  query: Record<string, string>;
  element: HTMLElement;
  root: any;
  page: any;
  title: string;
}

declare global {
  interface Window {
    __PROGRAM: Program;
    __PHONE: Phone;
    __mp: any;
    getRegExp: (pattern: string, flags?: string) => RegExp;
    getDate: (...parts: any[]) => Date;
    __wxsConstructor: (value: any) => string | undefined;
  }
  interface Element {
    __wxElement?: any;
  }
}
