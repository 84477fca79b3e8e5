//! Two thousand coroutines, ten of each of two hundred modules: the compiler has to get through them in sane time.
//!
//! They are of mixed shapes, and each is different by the number of its module, so that no two are the same function.

/// The coroutines of one module, and what comes of them all.
macro_rules! module {
    ($name:ident = $n:literal) => {
        /// Ten coroutines.
        pub mod $name {
            use antiphon::prelude::*;
            use std::pin::{Pin, pin};
            use std::task::{Context, Poll, Waker};

            #[antiphon::coroutine(yield = u32)]
            fn plain(from: u32) {
                for n in from..from + 3 {
                    yield_!(n + $n);
                }
            }

            #[antiphon::coroutine(yield = u32, send = u32)]
            fn sent() -> u32 {
                let mut sum = $n;
                while let n @ 1.. = yield_!(sum) {
                    sum += n;
                }
                sum
            }

            #[antiphon::coroutine(yield = u32)]
            fn delegates(n: u32) -> u32 {
                yield_from!(plain(n));
                yield_from!([$n, n]);
                yield_from!(pin!(plain(n + 1)));
                $n
            }

            #[antiphon::coroutine(yield = &'a str)]
            fn borrows<'a>(text: &'a str) -> usize {
                for word in text.split(' ') {
                    yield_!(word);
                }
                text.len() + $n
            }

            #[antiphon::coroutine(yield = T)]
            fn generic<T: Clone, const N: usize>(items: [T; N]) -> u32 {
                for item in &items {
                    yield_!(item.clone());
                }
                $n
            }

            #[antiphon::coroutine(yield = u32, throw = u32)]
            fn throws() -> Result<u32, u32> {
                loop {
                    match yield_!($n) {
                        Err(0) => return Ok($n),
                        told => told?,
                    }
                }
            }

            #[antiphon::coroutine(yield = u32, close)]
            fn closes() -> u32 {
                while yield_!($n).is_ok() {}
                $n + 1
            }

            #[antiphon::coroutine(yield = u32, boxed)]
            fn boxed(depth: u32) {
                yield_!(depth + $n);
                if depth > 0 {
                    yield_from!(boxed(depth - 1));
                }
            }

            #[antiphon::coroutine(yield = u32)]
            async fn awaits() -> u32 {
                let n = std::future::ready($n).await;
                println!("{:?}", yield_!(n));
                n
            }

            antiphon::coroutines! {
                #[coroutine(yield = String, send = u32)]
                fn keyword(name: &str) -> String {
                    let text = format!("{name} {} {}", yield name.to_owned(), yield String::new());
                    text + stringify!($name)
                }
            }

            /// Drives them all. What they yield and return depends on nothing but the number.
            pub fn run() -> u32 {
                let mut sum = delegates(0).into_iter().sum::<u32>();
                assert_eq!(sum, 7 * $n + 9);

                let mut c = pin!(sent());
                assert_eq!([c.start(), c.send(1), c.send(0)], [Yielded($n), Yielded($n + 1), Complete($n + 1)]);

                let text = String::from("a b");
                assert!(borrows(&text).into_iter().eq(["a", "b"]));
                sum += generic([1, 2, $n]).into_iter().sum::<u32>();

                let mut c = pin!(throws());
                c.start();
                assert_eq!(c.throw(0), Ok(Complete(Ok($n))));

                let mut c = pin!(closes());
                c.start();
                assert_eq!(c.close(), Ok(Some($n + 1)));
                sum += boxed(2).sum::<u32>();

                let mut c = pin!(awaits());
                assert_eq!(step(c.as_mut()), Poll::Ready(Yielded($n)));
                assert_eq!(step(c.as_mut()), Poll::Ready(Complete($n)));

                let mut c = pin!(keyword("of"));
                assert_eq!(c.start(), Yielded("of".to_owned()));
                assert_eq!(c.send(4), Yielded(String::new()));
                assert_eq!(c.send(5), Complete(format!("of 4 5{}", stringify!($name))));
                sum
            }

            fn step<C>(c: Pin<&mut C>) -> Poll<CoroutineState<u32, u32>>
            where
                C: AsyncCoroutine<Yield = u32, Send = (), Return = u32>,
            {
                let mut c = c;
                let step = pin!(c.resume());
                step.poll(&mut Context::from_waker(Waker::noop()))
            }
        }
    };
}

/// The modules, and a list of them all.
macro_rules! modules {
    ($($name:ident = $n:literal)*) => {
        $(module!($name = $n);)*

        /// What drives the coroutines of each module.
        pub const ALL: &[(u32, fn() -> u32)] = &[$(($n, $name::run)),*];
    };
}

modules! {
    m0 = 0 m1 = 1 m2 = 2 m3 = 3 m4 = 4 m5 = 5 m6 = 6 m7 = 7 m8 = 8 m9 = 9
    m10 = 10 m11 = 11 m12 = 12 m13 = 13 m14 = 14 m15 = 15 m16 = 16 m17 = 17 m18 = 18 m19 = 19
    m20 = 20 m21 = 21 m22 = 22 m23 = 23 m24 = 24 m25 = 25 m26 = 26 m27 = 27 m28 = 28 m29 = 29
    m30 = 30 m31 = 31 m32 = 32 m33 = 33 m34 = 34 m35 = 35 m36 = 36 m37 = 37 m38 = 38 m39 = 39
    m40 = 40 m41 = 41 m42 = 42 m43 = 43 m44 = 44 m45 = 45 m46 = 46 m47 = 47 m48 = 48 m49 = 49
    m50 = 50 m51 = 51 m52 = 52 m53 = 53 m54 = 54 m55 = 55 m56 = 56 m57 = 57 m58 = 58 m59 = 59
    m60 = 60 m61 = 61 m62 = 62 m63 = 63 m64 = 64 m65 = 65 m66 = 66 m67 = 67 m68 = 68 m69 = 69
    m70 = 70 m71 = 71 m72 = 72 m73 = 73 m74 = 74 m75 = 75 m76 = 76 m77 = 77 m78 = 78 m79 = 79
    m80 = 80 m81 = 81 m82 = 82 m83 = 83 m84 = 84 m85 = 85 m86 = 86 m87 = 87 m88 = 88 m89 = 89
    m90 = 90 m91 = 91 m92 = 92 m93 = 93 m94 = 94 m95 = 95 m96 = 96 m97 = 97 m98 = 98 m99 = 99
    m100 = 100 m101 = 101 m102 = 102 m103 = 103 m104 = 104 m105 = 105 m106 = 106 m107 = 107 m108 = 108 m109 = 109
    m110 = 110 m111 = 111 m112 = 112 m113 = 113 m114 = 114 m115 = 115 m116 = 116 m117 = 117 m118 = 118 m119 = 119
    m120 = 120 m121 = 121 m122 = 122 m123 = 123 m124 = 124 m125 = 125 m126 = 126 m127 = 127 m128 = 128 m129 = 129
    m130 = 130 m131 = 131 m132 = 132 m133 = 133 m134 = 134 m135 = 135 m136 = 136 m137 = 137 m138 = 138 m139 = 139
    m140 = 140 m141 = 141 m142 = 142 m143 = 143 m144 = 144 m145 = 145 m146 = 146 m147 = 147 m148 = 148 m149 = 149
    m150 = 150 m151 = 151 m152 = 152 m153 = 153 m154 = 154 m155 = 155 m156 = 156 m157 = 157 m158 = 158 m159 = 159
    m160 = 160 m161 = 161 m162 = 162 m163 = 163 m164 = 164 m165 = 165 m166 = 166 m167 = 167 m168 = 168 m169 = 169
    m170 = 170 m171 = 171 m172 = 172 m173 = 173 m174 = 174 m175 = 175 m176 = 176 m177 = 177 m178 = 178 m179 = 179
    m180 = 180 m181 = 181 m182 = 182 m183 = 183 m184 = 184 m185 = 185 m186 = 186 m187 = 187 m188 = 188 m189 = 189
    m190 = 190 m191 = 191 m192 = 192 m193 = 193 m194 = 194 m195 = 195 m196 = 196 m197 = 197 m198 = 198 m199 = 199
}
