struct Matrix<const N: usize>([[u32; N]; N]);

impl<const N: usize> Matrix<N> {
    #[antiphon::coroutine(yield = [u32; N])]
    fn rows(&self) -> [u32; N] {
        for row in &self.0[..N - 1] {
            yield_!(*row);
        }
        self.0[N - 1]
    }

    #[antiphon::coroutine(yield = u32)]
    fn each<const M: usize>(&self, more: [u32; M]) {
        yield_from!(self.0.concat());
        yield_from!(more);
    }
}

fn main() {
    let matrix = Matrix([[1, 2], [3, 4]]);
    assert!(matrix.rows().into_iter().eq([[1, 2]]));
    assert!(matrix.each([5]).into_iter().eq(1..6));
}
