import { randomBytes } from "node:crypto";
import { type Browser, chromium, type Page } from "playwright-core";
import { findPart } from "../../toolchain/find-part.ts";

/** Somebody with the page open in a browser of their own: cookies, cache and all. */
export interface Visitor {
  readonly page: Page;
  /** Becomes the client with this key, as the gateway knows it. */
  become(key: string): Promise<void>;
}

/** A real Chromium, and whatever went wrong with assets or scripts on any page in it. */
export class Visitors {
  readonly failures: string[] = [];
  readonly #browser: Browser;
  readonly #gateway: string;

  private constructor(browser: Browser, gateway: string) {
    this.#browser = browser;
    this.#gateway = gateway;
  }

  static async at(gateway: string): Promise<Visitors> {
    const executablePath = await findPart("chromium");
    if (executablePath === undefined) throw new Error("there is no Chromium: npm test installs it");
    const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const browser = await chromium.launch({ executablePath, args: [...root, "--disable-dev-shm-usage"] });
    return new Visitors(browser, gateway);
  }

  /** Opens the page as a client with this key, and waits until it shows its version. */
  async open(key: string): Promise<Visitor> {
    const context = await this.#browser.newContext();
    const become = (name: string) =>
      context.addCookies([{ name: "sluice_id", value: name, url: this.#gateway, httpOnly: true, sameSite: "Lax" }]);
    await become(key);
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => this.failures.push(`page: ${message}`));
    page.on("requestfailed", (request) => {
      if (isAsset(request.url())) this.failures.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on("response", (response) => {
      if (isAsset(response.url()) && response.status() >= 400) {
        this.failures.push(`${response.url()}: ${response.status()}`);
      }
    });
    await page.goto(this.#gateway);
    await page.getByTestId("version").waitFor();
    return { page, become };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

function isAsset(url: string): boolean {
  return new URL(url).pathname.startsWith("/assets/");
}

/** The version that a page was loaded in. */
export async function versionOf({ page }: Visitor): Promise<string | null> {
  return page.getByTestId("version").textContent();
}

/** Has a page fetch its chunk for the first time; returns what the chunk shows, or nothing when it never came. */
export async function openNotes({ page }: Visitor): Promise<string | null> {
  await page.getByRole("button", { name: "Release notes" }).click();
  const notes = page.getByTestId("notes");
  return notes.textContent({ timeout: 20_000 }).catch(() => null);
}

export function newKey(): string {
  return randomBytes(16).toString("hex");
}
