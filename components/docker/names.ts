export * from "../../infra/model/names.ts";
