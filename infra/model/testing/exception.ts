import type { Exception } from "../exception.ts";

export const sampleException: Exception = {
  rule: "container-user",
  resource: "docker:index/container:Container::host-a-blue",
  reason: "until 2.0",
  approver: "ann",
  granted: "2026-12-01",
  expires: "2027-01-31",
};
