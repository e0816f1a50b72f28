import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";

describe("bundle", () => {
  it("counts each file's lines and shows its own end", () => {
    const files = [
      { path: "http.d/a.b.conf", text: "one;\ntwo;\n" },
      { path: "sites/main/a.b.conf", text: "\n" },
    ];
    expect(bundle(files)).toBe(
      "sluice-bundle 1\nfile http.d/a.b.conf 2\none;\ntwo;\nfile sites/main/a.b.conf 1\n\nend\n",
    );
  });

  it.each(["no line feed", "carriage\r\n", "nul\0\n"])("refuses %j, which the host could not take apart", (text) => {
    expect(() => bundle([{ path: "nginx.conf", text }])).toThrow(
      "nginx.conf must be text of whole lines that end in a line feed",
    );
  });
});
