import { type RandomStream, randomStream, shuffled } from "../../random.ts";
import { nihLabels, noFindingName } from "../labels.ts";

/** One film of the phantom: its patient and findings. */
export interface PhantomMember {
  /** Number of the patient. Films of one patient share an anatomy. */
  readonly patient: number;
  /** Indices into {@linkcode nihLabels}, ascending. */
  readonly labels: readonly number[];
  readonly age: number;
  readonly sex: "F" | "M";
  readonly view: "PA" | "AP";
}

const patientCount = 320, filmCount = 640, abnormalCount = 320;

/**
 * Number of films with each finding. They follow NIH's order and rough proportions, but the rare findings are more frequent, so that
 * each of three splits has some: NIH's share of Hernia, 0.2 %, would be one film.
 */
const quotas: Readonly<Record<string, number>> = {
  Hernia: 16,
  Pneumonia: 20,
  Fibrosis: 20,
  Edema: 22,
  Emphysema: 24,
  Cardiomegaly: 28,
  Pleural_Thickening: 26,
  Consolidation: 32,
  Pneumothorax: 34,
  Mass: 38,
  Nodule: 40,
  Atelectasis: 60,
  Effusion: 68,
  Infiltration: 84,
};

/** Pairs of findings that occur together more often than by chance. */
const companions: readonly (readonly [string, string])[] = [
  ["Effusion", "Atelectasis"],
  ["Effusion", "Edema"],
  ["Effusion", "Consolidation"],
  ["Cardiomegaly", "Effusion"],
  ["Cardiomegaly", "Edema"],
  ["Infiltration", "Pneumonia"],
  ["Infiltration", "Edema"],
  ["Infiltration", "Atelectasis"],
  ["Emphysema", "Pneumothorax"],
  ["Fibrosis", "Pleural_Thickening"],
  ["Mass", "Nodule"],
];

/** Findings that a patient keeps from film to film. */
const chronic = new Set(["Hernia", "Fibrosis", "Emphysema", "Cardiomegaly", "Pleural_Thickening", "Mass"]);

/** Draws a seed's cohort of 640 films of 320 patients; the films of a patient are side by side. */
export function phantomCohort(seed: number): PhantomMember[] {
  const stream = randomStream(seed, "phantom", "cohort");
  const patientOf = dealFilms(stream).flatMap((films, patient) => new Array<number>(films).fill(patient));
  const people = Array.from({ length: patientCount }, () => ({
    frailty: stream.normal(),
    age: Math.max(18, Math.min(94, Math.round(52 + 17 * stream.normal()))),
    sex: stream.uniform() < 0.44 ? "F" as const : "M" as const,
  }));
  const sickness = patientOf.map((patient) => people[patient].frailty + 0.8 * stream.normal());
  const abnormal = [...sickness.keys()].sort((a, b) => sickness[b] - sickness[a]).slice(0, abnormalCount);
  const findings = dealFindings(abnormal.sort((a, b) => a - b), patientOf, stream);
  return patientOf.map((patient, film) => {
    const { age, sex } = people[patient];
    const names = findings.get(film) ?? new Set([noFindingName]);
    const labels = [...nihLabels.keys()].filter((label) => names.has(nihLabels[label]));
    return { patient, labels, age, sex, view: stream.uniform() < 0.7 ? "PA" : "AP" };
  });
}

/** Draws how many films each patient has: 1 to 4, {@linkcode filmCount} in all. */
function dealFilms(stream: RandomStream): number[] {
  const films = new Array<number>(patientCount).fill(1);
  let left = filmCount - patientCount;
  while (left > 0) {
    const patient = stream.integer(patientCount);
    if (films[patient] === 4) continue;
    films[patient]++;
    left--;
  }
  return films;
}

/**
 * Gives every finding to its quota of abnormal films, rarest first: to the films with the highest propensity. That is chance, plus
 * more where the patient's other films have the finding, where its companions are there, and at the end where the film has none.
 */
function dealFindings(abnormal: readonly number[], patientOf: readonly number[], stream: RandomStream) {
  const findings = new Map(abnormal.map((film) => [film, new Set<string>()]));
  const names = Object.keys(quotas);
  for (const [turn, name] of names.entries()) {
    const friends = new Set(companions.filter((pair) => pair.includes(name)).flat());
    const carriers = new Set(shuffled(abnormal, stream).slice(0, quotas[name]).map((film) => patientOf[film]));
    const late = turn >= names.length - 3 ? 3 : 0;
    const propensity = new Map([...findings].map(([film, dealt]) => {
      const together = [...dealt].filter((other) => friends.has(other)).length;
      const crowd = Math.max(dealt.size - together, 0) + (dealt.size > 2 ? 4 : 0);
      const own = chronic.has(name) && carriers.has(patientOf[film]) ? 0.8 : 0;
      return [film, stream.normal() + own + 0.9 * together - 0.7 * crowd + (dealt.size === 0 ? late : 0)];
    }));
    const ranked = [...findings.keys()].sort((a, b) => (propensity.get(b) ?? 0) - (propensity.get(a) ?? 0));
    for (const film of ranked.slice(0, quotas[name])) findings.get(film)?.add(name);
  }
  for (const dealt of findings.values()) if (dealt.size === 0) dealt.add("Infiltration");
  return findings;
}
