/** Code points that JavaScript's Unicode 17 has and Go 1.26's Unicode 15 has not: start-length in base 36, length left out for one. */
export const NEWER = `
1ov 1p3 2fw 2jg 5an-e 5b4-b 5e6-1 5fj 5mx-1 6gx 753-2 8ly 9h8-3 9us-1 9v3 x57-4 x5e x5g x5m-2 x69 1dqb-f 1e34-1 1e4o-6 1fpc-1f 1ge8-p 1h6o-11 1h7t-s
1h8u-1 1hhe-5 1hhs-8 1hiy-2 1if4-9 1iff 1ifi 1ifk-11 1ign-9 1igy 1ih1 1ih3-3 1ih8-9 1ihj-1 1iht-1 1j2o-j 1jz4-7 1k1s-x 1k34-9 1kfk-17 1kgw-9 1kre
1oww-32y 1xq8-1l 205c-1l 20f4-o 20fv-o 20oi-4 25fc-7 26f3 26fd-l 26io-36 2iv4-70 2j28-c3 2jei-m 2jfk-g 2nyo-16 2nzz 2o5c-u 2o68-l 2o72-1 2rbs 2rg7-3
2roy-9 2rpc-1 2rps-8 2s0k-3 2s21-1 2s26-1 2s3i 2s3q 2s3s 2s3x 2s4c 2s4f 2s4p-1 2s4v 2saz-10 2sca 3tbu-5 3xya-b 43qo-h9 4er4-3bd
`;
