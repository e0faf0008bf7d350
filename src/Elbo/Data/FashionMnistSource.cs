namespace Elbo.Data;

/// <summary>Fashion-MNIST: pictures of clothes in MNIST's format, MIT licence.</summary>
/// <remarks>Xiao, Rasul and Vollgraf 2017.</remarks>
public sealed class FashionMnistSource()
    : IdxDatasetSource(
        "fashion-mnist",
        "pictures of clothes, shoes and bags (Zalando Research)",
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        IdxFiles.LikeMnist(
            trainImages: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            trainLabels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            testImages: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            testLabels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
        [
            new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            new Uri("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        ]
    );
